import { present } from '../present'
import { randomWords } from '../random-words'

/** A number with its 95% bootstrap interval over pictures. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** How an interval is found. */
export interface BootstrapOptions {
  /** Times that the pictures are drawn anew. */
  readonly resamples?: number
  /** The same seed gives the same interval. */
  readonly seed?: number
}

const RESAMPLES = 1000
const CONFIDENCE = 0.95

/**
 * Means over pictures with their percentile bootstrap intervals (Efron 1979): the pictures are drawn with
 * replacement, as many as there are, the means taken again, and the middle 95% of them told. All columns
 * share the draws, so that a difference of two is one of pairs.
 * @param columns - `[N]` each, N from 1 up
 */
export function bootstrapMeans(
  columns: readonly Float32Array[],
  { resamples = RESAMPLES, seed = 0 }: BootstrapOptions = {},
): Interval[] {
  const pictures = present(columns[0]).length
  const next = randomWords(seed, 0x9e3779b9, 0x243f6a88)
  const share = pictures / 2 ** 32
  const drawn = new Uint16Array(pictures)
  const means = columns.map(() => new Float64Array(resamples))
  for (let resample = 0; resample < resamples; resample++) {
    drawn.fill(0)
    for (let draw = 0; draw < pictures; draw++) {
      const picture = Math.floor(next() * share)
      drawn[picture] = present(drawn[picture]) + 1
    }
    columns.forEach((column, index) => {
      present(means[index])[resample] = weighedSum(column, drawn) / pictures
    })
  }
  const tail = (1 - CONFIDENCE) / 2
  return columns.map((column, index) => {
    const sorted = present(means[index]).sort()
    return {
      value: sumOf(column) / pictures,
      low: quantileOf(sorted, tail),
      high: quantileOf(sorted, 1 - tail),
    }
  })
}

function weighedSum(values: Float32Array, weights: Uint16Array): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) {
    sum += present(values[index]) * present(weights[index])
  }
  return sum
}

function sumOf(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** Linear between the two nearest, as NumPy's default. */
function quantileOf(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const low = present(sorted[Math.floor(place)])
  const high = present(sorted[Math.ceil(place)])
  return low + (high - low) * (place - Math.floor(place))
}
