/** The value below which the share `q` (0..1) of the values lie, interpolated; NaN for none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const position = (sorted.length - 1) * q
  const low = sorted[Math.floor(position)] ?? NaN
  const high = sorted[Math.ceil(position)] ?? NaN
  return low + (high - low) * (position - Math.floor(position))
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** What a series of timings says. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly count: number
}

export function summarise(values: readonly number[]): Summary {
  return {
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
  }
}

/**
 * How many times as fast `ours` is as `theirs`, of timings taken alternately: round by round, so
 * that a machine that slows down for a while slows both sides of a quotient.
 */
export function compareRounds(ours: readonly number[], theirs: readonly number[]): Summary {
  return summarise(ours.map((own, round) => (theirs[round] ?? NaN) / own))
}
