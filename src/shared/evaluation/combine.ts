import { present } from '../present'

/** Soft-max outputs with their share in the mean. */
export interface WeighedProbabilities {
  /** `[N, K]` */
  readonly probabilities: Float32Array
  /** Above 0; the mean is divided by the sum of all. */
  readonly weight: number
}

/**
 * The weighted mean of soft-max outputs: of flips, crops, scales, protocols and networks (sections 3.2, 4.3
 * and 4.4), added in double precision.
 * @param parts - of the same pictures and classes, one or more
 * @returns `[N, K]`
 * @throws RangeError where shapes differ or a weight is not above 0
 */
export function averageProbabilities(parts: readonly WeighedProbabilities[]): Float32Array {
  const length = present(parts[0]).probabilities.length
  let total = 0
  for (const { probabilities, weight } of parts) {
    if (probabilities.length !== length) {
      throw new RangeError(`Expected ${length} probabilities, got ${probabilities.length}.`)
    }
    if (!(weight > 0 && weight < Infinity)) {
      throw new RangeError(`Expected a weight above 0, got ${weight}.`)
    }
    total += weight
  }
  const sums = new Float64Array(length)
  for (const { probabilities, weight } of parts) {
    const share = weight / total
    for (let index = 0; index < length; index++) {
      sums[index] = present(sums[index]) + share * present(probabilities[index])
    }
  }
  return Float32Array.from(sums)
}
