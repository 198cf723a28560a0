/**
 * Reads CSV as RFC 4180 has it; the cells of each line.
 * @throws Error where a quote stands loose, a line does not end, or lines differ in their cells
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  let at = 0
  while (at < text.length) {
    const [whole = '', quoted, plain, end] =
      /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y.exec(text.slice(at)) ?? []
    if (whole === '')
      throw new Error(`Expected a cell, got ${JSON.stringify(text.slice(at, at + 40))}.`)
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end !== ',') rows.push([])
    at += whole.length
  }
  if (rows.pop()?.length !== 0) throw new Error('Expected an end after the last line.')
  const width = rows[0]?.length
  if (rows.some((row) => row.length !== width)) throw new Error('Expected lines of one length.')
  return rows
}
