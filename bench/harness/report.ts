/** Progress goes to standard error, so that `--json` leaves standard output to the document. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/**
 * Lines up rows of cells under their heads: the first column to the left, the others to the right.
 */
export function formatTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [line(heads), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join(
    '\n',
  )
}

/** Three significant digits, no exponent: 1530, 47.2, 0.318. */
export function formatNumber(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '-'
  if (Math.abs(value) >= 100) return value.toFixed(0)
  if (Math.abs(value) >= 10) return value.toFixed(1)
  return value.toFixed(Math.abs(value) >= 1 ? 2 : 3)
}

export function formatGigabytes(bytes: number | null): string {
  return bytes === null ? '-' : (bytes / 1e9).toFixed(2)
}

/** A measured value next to what the project set itself: information, not a verdict. */
export interface GoalLine {
  readonly what: string
  readonly measured: string
  readonly goal: string
}

export function formatGoals(lines: readonly GoalLine[]): string {
  return formatTable(
    ['', 'measured', 'goal'],
    lines.map(({ what, measured, goal }) => [what, measured, goal]),
  )
}
