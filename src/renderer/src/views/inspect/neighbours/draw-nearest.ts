import type { EncodedPicture } from '../../../../../shared/contract'
import { toDataUrl } from '../../../lib/export/data-url'
import { escapeXml } from '../../../lib/export/export-table'

/** A picture of the sheet with the lines below it. */
export interface SheetPicture {
  /** null where it cannot be read. */
  readonly picture: EncodedPicture | null
  readonly lines: readonly string[]
}

const MARGIN_PX = 16
const HEAD_PX = 28
const TILE_PX = 144
const GAP_PX = 10
const LINE_PX = 14
const COLUMNS = 6

/**
 * Pictures beside each other with their captions, row by row: the text of an SVG document that carries
 * them, black on white.
 */
export function drawNearest(title: string, pictures: readonly SheetPicture[]): string {
  const captionPx = LINE_PX * Math.max(0, ...pictures.map(({ lines }) => lines.length)) + 4
  const rows = Math.ceil(pictures.length / COLUMNS)
  const width = 2 * MARGIN_PX + COLUMNS * (TILE_PX + GAP_PX) - GAP_PX
  const height = 2 * MARGIN_PX + HEAD_PX + rows * (TILE_PX + captionPx + GAP_PX)
  const tiles = pictures.flatMap(({ picture, lines }, index) => {
    const x = MARGIN_PX + (index % COLUMNS) * (TILE_PX + GAP_PX)
    const y = MARGIN_PX + HEAD_PX + Math.floor(index / COLUMNS) * (TILE_PX + captionPx + GAP_PX)
    const frame = `x="${x}" y="${y}" width="${TILE_PX}" height="${TILE_PX}"`
    // A line that is too long is squeezed into its place rather than written over the next picture.
    const fit = (line: string): string =>
      line.length > 22 ? ` textLength="${TILE_PX}" lengthAdjust="spacingAndGlyphs"` : ''
    return [
      picture === null
        ? `<rect ${frame} fill="#ddd"/>`
        : `<image ${frame} href="${toDataUrl(picture)}"/>`,
      ...lines.map(
        (line, at) =>
          `<text x="${x}" y="${y + TILE_PX + LINE_PX * (at + 1)}"${fit(line)}>${escapeXml(line)}</text>`,
      ),
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${MARGIN_PX}" y="${MARGIN_PX + 12}" font-weight="600">${escapeXml(title)}</text>`,
    ...tiles,
    '</svg>',
  ].join('\n')
}
