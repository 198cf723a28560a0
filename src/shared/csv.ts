/** Rows as CSV (RFC 4180, with plain line ends). */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  const quote = (cell: string): string =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  return rows.map((cells) => `${cells.map(quote).join(',')}\n`).join('')
}
