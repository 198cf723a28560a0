import { LRN } from './vgg'
import { present } from './present'

/** Place of the largest value; the first of equal ones, as max-pooling's gradient has it. */
export function findLargest(values: ArrayLike<number>): number {
  let at = 0
  for (let index = 1; index < values.length; index++) {
    if (present(values[index]) > present(values[at])) at = index
  }
  return at
}

/** Local response normalisation of one value (A-LRN), taken apart. */
export interface NormalisedValue {
  /** Sum of the squares of the window's channels. */
  readonly squares: number
  /** k + alpha times that sum; alpha is not divided by n. */
  readonly base: number
  /** The base to the power of beta. */
  readonly divisor: number
  readonly value: number
}

/**
 * Divides the value of a channel by what its neighbours' squares make (Krizhevsky et al. 2012).
 * @param values - of the window's channels at one place
 * @param own - place of the channel itself among them
 */
export function normaliseValue(values: ArrayLike<number>, own: number): NormalisedValue {
  const squares = Array.from(values).reduce((sum, value) => sum + value ** 2, 0)
  const base = LRN.k + LRN.alpha * squares
  const divisor = base ** LRN.beta
  return { squares, base, divisor, value: present(values[own]) / divisor }
}

/** The soft-max over class scores, taken apart. */
export interface SoftmaxParts {
  /** The largest score, which is taken off each: nothing overflows, and the shares stay the same. */
  readonly largest: number
  /** e to the power of each score less the largest. */
  readonly powers: Float64Array
  /** Sum of the powers. */
  readonly total: number
}

/** Each probability is its power divided by the total. */
export function softmaxParts(scores: Float32Array): SoftmaxParts {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity)
  const powers = Float64Array.from(scores, (score) => Math.exp(score - largest))
  return { largest, powers, total: powers.reduce((sum, power) => sum + power, 0) }
}
