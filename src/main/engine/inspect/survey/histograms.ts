import { present } from '../../../../shared/present'

/** Bins on each side of zero. */
const HALF = 64
/** Bins of one histogram, half of them below zero. */
export const HISTOGRAM_BINS = 2 * HALF

/**
 * A histogram for each channel whose range grows with what comes: from -limit to limit, the limit a
 * power of two, doubled by merging neighbouring bins. The bins of a wider range are unions of those of
 * a narrower one, so the result does not depend on the order of the values.
 */
export class Histograms {
  /** `[channels, HISTOGRAM_BINS]` */
  readonly counts: Float32Array
  /** `[channels]`; 0 while a channel has no value. */
  readonly limits: Float32Array

  constructor(channels: number) {
    this.counts = new Float32Array(channels * HISTOGRAM_BINS)
    this.limits = new Float32Array(channels)
  }

  /** Counts a value, which must be finite. */
  add(channel: number, value: number): void {
    const size = Math.abs(value)
    let limit = present(this.limits[channel])
    if (limit === 0) limit = this.limits[channel] = powerAbove(size)
    while (limit <= size) limit = this.#double(channel)
    const bin = Math.floor((value / limit) * HALF) + HALF
    const at = channel * HISTOGRAM_BINS + bin
    this.counts[at] = present(this.counts[at]) + 1
  }

  #double(channel: number): number {
    const own = this.counts.subarray(channel * HISTOGRAM_BINS, (channel + 1) * HISTOGRAM_BINS)
    const before = own.slice()
    own.fill(0)
    before.forEach((count, bin) => {
      const to = Math.floor((bin - HALF) / 2) + HALF
      own[to] = present(own[to]) + count
    })
    const limit = 2 * present(this.limits[channel])
    this.limits[channel] = limit
    return limit
  }
}

/** The smallest power of two above a value; 1 for zero. */
function powerAbove(value: number): number {
  if (value === 0) return 1
  const power = 2 ** Math.floor(Math.log2(value))
  return power > value ? power : 2 * power
}
