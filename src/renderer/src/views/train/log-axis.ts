/** A logarithmic axis over some values. */
export interface LogAxis {
  readonly ticks: readonly { readonly value: number; readonly label: string }[]
  /** Place of a value, 0 at the bottom, 1 at the top; what lies beyond sits on the edge. */
  shareOf(value: number): number
}

const MOST_TICKS = 7
const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
}

/** Whole decades round all values that have a logarithm; zeros sit at the bottom, infinities at the top. */
export function layDecades(values: readonly (number | null)[]): LogAxis {
  const logs = values
    .filter((value) => value !== null && value > 0 && value < Infinity)
    .map((value) => Math.log10(value ?? 1))
  const from = Math.floor(Math.min(0, ...(logs.length > 0 ? [Math.min(...logs)] : [])))
  const to = Math.max(from + 1, Math.ceil(logs.length > 0 ? Math.max(...logs) : 0))
  const step = Math.ceil((to - from) / MOST_TICKS)
  const ticks = []
  for (let power = Math.ceil(from / step) * step; power <= to; power += step) {
    ticks.push({ value: 10 ** power, label: `10${raise(power)}` })
  }
  const shareOf = (value: number): number =>
    value <= 0 ? 0 : Math.min(1, Math.max(0, (Math.log10(value) - from) / (to - from)))
  return { ticks, shareOf }
}

const raise = (power: number): string =>
  String(power).replace(/[-0-9]/g, (letter) => SUPERSCRIPTS[letter] ?? letter)
