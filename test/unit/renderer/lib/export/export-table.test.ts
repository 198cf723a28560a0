import { describe, expect, it } from 'vitest'
import {
  drawTable,
  encodeTableCsv,
  encodeTableLatex,
  type ExportTable,
} from '../../../../../src/renderer/src/lib/export/export-table'
import { parseCsv } from '../../../../support/csv'

const read = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const NAME = '[my] net_1 & 50% of "D", #2 {3×3 → 5×5} ~ $x^2$ \\ <a|b>'
const table: ExportTable = {
  title: `Layers of ${NAME}`,
  columns: [{ name: 'layer' }, { name: 'weights, 3² × C²', align: 'right' }],
  rows: [
    [NAME, 1234567.5],
    ['two\nlines', null],
  ],
}

describe('an exported table', () => {
  it('is CSV that reads back as it was, numbers ungrouped', () => {
    expect(parseCsv(read(encodeTableCsv(table)))).toEqual([
      ['layer', 'weights, 3² × C²'],
      [NAME, '1234567.5'],
      ['two\nlines', ''],
    ])
  })

  it('is LaTeX in which no letter of a name is a command', () => {
    const text = read(encodeTableLatex(table))
    expect(text).toContain('\\begin{tabular}{lr}')
    expect(text).toContain('\\caption{Layers of {[}my]')
    const row = text.split('\n').find((own) => own.startsWith('    {[}my]'))
    expect(row).toBe(
      '    {[}my] net\\_1 \\& 50\\% of "D", \\#2 \\{3$\\times$3 $\\to$ 5$\\times$5\\} ' +
        '\\textasciitilde{} \\$x\\textasciicircum{}2\\$ \\textbackslash{} $<$a$|$b$>$ ' +
        '& 1,234,567.5 \\\\',
    )
  })

  it('is a picture in which every letter of a name is text', () => {
    const svg = drawTable(table)
    expect(svg).toContain('50% of "D"')
    expect(svg).toContain('&lt;a|b&gt;')
    expect(svg).not.toMatch(/&(?!(amp|lt|gt);)/)
  })
})
