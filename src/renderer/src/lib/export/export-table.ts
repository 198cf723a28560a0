import { encodeCsv, type CsvCell } from './numeric-files'
import type { NumberTable } from '../../../../shared/evaluation/tables'
import { present } from '../../../../shared/present'

/** A column of an exported table. */
export interface ExportColumn {
  /** Heading, with its unit: "field (px)". */
  readonly name: string
  readonly align?: 'left' | 'right'
}

/** A column of numbers. */
export const numberColumn = (name: string): ExportColumn => ({ name, align: 'right' })

/** A table, or the numbers behind a figure, as they leave the lab. */
export interface ExportTable {
  readonly title: string
  readonly columns: readonly ExportColumn[]
  /** One cell a column; numbers stay numbers in CSV and are grouped in print. */
  readonly rows: readonly (readonly CsvCell[])[]
}

/** A table of numbers with a title; what stands in the first column names the rows, unless it is a number. */
export function toExportTable(title: string, { header, rows }: NumberTable): ExportTable {
  const columns = header.map((name, column) =>
    typeof rows[0]?.[column] === 'string' ? { name } : numberColumn(name),
  )
  return { title, columns, rows }
}

const CELL_PADDING_PX = 8
const ROW_HEIGHT_PX = 20
const FONT_SIZE_PX = 12
/** Mean width of a letter of the sans-serif face at that size, on the safe side. */
const LETTER_WIDTH_PX = 7

/** The table as CSV, numbers ungrouped. */
export function encodeTableCsv({ columns, rows }: ExportTable): Uint8Array {
  return encodeCsv(
    columns.map(({ name }) => name),
    rows,
  )
}

/** The table as LaTeX with `booktabs` rules and a caption; nothing in it needs escaping by hand. */
export function encodeTableLatex(table: ExportTable): Uint8Array {
  const alignment = table.columns.map((column) => (column.align === 'right' ? 'r' : 'l')).join('')
  const line = (cells: readonly string[]): string =>
    `    ${cells.map(escapeLatex).join(' & ')} \\\\`
  const text = [
    '% needs \\usepackage{booktabs}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escapeLatex(table.title)}}`,
    `  \\begin{tabular}{${alignment}}`,
    '    \\toprule',
    line(table.columns.map(({ name }) => name)),
    '    \\midrule',
    ...table.rows.map((row) => line(row.map(printCell))),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
  return new TextEncoder().encode(text)
}

/** The table drawn as a picture: the text of an SVG document, black on white. */
export function drawTable(table: ExportTable): string {
  const cells = [
    table.columns.map(({ name }) => name),
    ...table.rows.map((row) => row.map(printCell)),
  ]
  const widths = table.columns.map(
    (_, index) =>
      Math.max(...cells.map((row) => row[index]?.length ?? 0)) * LETTER_WIDTH_PX +
      2 * CELL_PADDING_PX,
  )
  const lefts = widths.map((_, index) => widths.slice(0, index).reduce((sum, own) => sum + own, 0))
  const width = Math.max(
    widths.reduce((sum, own) => sum + own, 0),
    table.title.length * LETTER_WIDTH_PX + 2 * CELL_PADDING_PX,
  )
  const height = (cells.length + 1) * ROW_HEIGHT_PX + CELL_PADDING_PX
  const text = (content: string, x: number, row: number, extra = ''): string =>
    `<text x="${x}" y="${(row + 0.7) * ROW_HEIGHT_PX}"${extra}>${escapeXml(content)}</text>`
  const body = cells.flatMap((row, rowIndex) =>
    row.map((cell, index) => {
      const isRight = table.columns[index]?.align === 'right'
      const left = present(lefts[index])
      const x = isRight ? left + present(widths[index]) - CELL_PADDING_PX : left + CELL_PADDING_PX
      const anchor = isRight ? ' text-anchor="end"' : ''
      return text(cell, x, rowIndex + 1, `${anchor}${rowIndex === 0 ? ' font-weight="600"' : ''}`)
    }),
  )
  const rule = (row: number): string =>
    `<path d="M0 ${row * ROW_HEIGHT_PX + 0.5}H${width}" stroke="#000"/>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="${FONT_SIZE_PX}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(table.title, CELL_PADDING_PX, 0, ' font-weight="600"'),
    rule(1),
    rule(2),
    ...body,
    rule(cells.length + 1),
    '</svg>',
  ].join('\n')
}

function printCell(cell: CsvCell): string {
  if (cell === null) return '–'
  return typeof cell === 'number'
    ? cell.toLocaleString('en-US', { maximumFractionDigits: 6 })
    : cell
}

/** Text for an SVG document. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  // At the begin of a line it would be the option of the line before.
  '[': '{[}',
  '<': '$<$',
  '>': '$>$',
  '|': '$|$',
  '×': '$\\times$',
  '·': '$\\cdot$',
  '→': '$\\to$',
  '–': '--',
  '−': '$-$',
  '²': '$^2$',
  '³': '$^3$',
  '≤': '$\\le$',
  '≥': '$\\ge$',
  '≠': '$\\ne$',
  '§': '\\S{}',
}

function escapeLatex(text: string): string {
  return text.replace(
    /[\\~^[<>|×·→–−²³≤≥≠§]|[&%$#_{}]/g,
    (letter) => LATEX[letter] ?? `\\${letter}`,
  )
}
