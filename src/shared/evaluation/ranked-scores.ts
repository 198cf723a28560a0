import { present } from '../present'
import { UNKNOWN_CLASS } from './picture-columns'

/** Takes the pictures at or above a threshold: those of the class, and the others. */
export type SweepStep = (truePositives: number, falsePositives: number) => void

/** The probabilities of one class over all pictures, in order. */
export interface RankedScores {
  /** Pictures of the class. */
  readonly positives: number
  readonly negatives: number
  /** Calls `step` once for each value that occurs, the largest first: equal ones pass together. */
  readonly sweep: (step: SweepStep) => void
}

/** Of a float32 as a whole number. */
const SIGN_BIT = 2 ** 31

/** Orders the pictures of known classes by their probability (or any other score) of one class. */
export function rankScores(
  probabilities: Float32Array,
  label: Int32Array,
  classes: number,
  classIndex: number,
): RankedScores {
  // Floats are in the order of their bits, negative ones in the reverse, so that value and truth are sorted
  // as one number.
  const value = new Float32Array(1)
  const bits = new Uint32Array(value.buffer)
  const keys = new Float64Array(label.length)
  let known = 0
  let positives = 0
  for (let picture = 0; picture < label.length; picture++) {
    const own = present(label[picture])
    if (own === UNKNOWN_CLASS) continue
    value[0] = present(probabilities[picture * classes + classIndex])
    const isPositive = own === classIndex
    if (isPositive) positives++
    const word = present(bits[0])
    const order = word < SIGN_BIT ? word + SIGN_BIT : 2 ** 32 - 1 - word
    keys[known++] = order * 2 + (isPositive ? 1 : 0)
  }
  const sorted = keys.subarray(0, known).sort()
  return {
    positives,
    negatives: known - positives,
    sweep: (step) => {
      let truePositives = 0
      let falsePositives = 0
      for (let place = known - 1; place >= 0; place--) {
        const key = present(sorted[place])
        const isPositive = key % 2 === 1
        if (isPositive) truePositives++
        else falsePositives++
        const isLastOfValue =
          place === 0 || Math.floor(present(sorted[place - 1]) / 2) !== Math.floor(key / 2)
        if (isLastOfValue) step(truePositives, falsePositives)
      }
    },
  }
}

/** A curve as drawn, `[P]` each. */
interface DrawnCurve {
  readonly x: Float32Array
  readonly y: Float32Array
}

/**
 * A curve of fewer points that looks the same: points within a level or upright line go, and of more than
 * `most` those that lie closer along the curve than its length divided by `most`. First and last stay.
 */
export function thinCurve(x: readonly number[], y: readonly number[], most: number): DrawnCurve {
  const corners = Array.from(x.keys()).filter(
    (index) => !isWithinLine(x, index) && !isWithinLine(y, index),
  )
  const kept = corners.length <= most ? corners : spaceOut(x, y, corners, most)
  return {
    x: Float32Array.from(kept, (index) => present(x[index])),
    y: Float32Array.from(kept, (index) => present(y[index])),
  }
}

function isWithinLine(values: readonly number[], index: number): boolean {
  if (index === 0 || index === values.length - 1) return false
  return values[index - 1] === values[index] && values[index] === values[index + 1]
}

function spaceOut(
  x: readonly number[],
  y: readonly number[],
  corners: readonly number[],
  most: number,
): number[] {
  const lengths = corners.map((index, place) => {
    const last = corners[place - 1] ?? index
    return (
      Math.abs(present(x[index]) - present(x[last])) +
      Math.abs(present(y[index]) - present(y[last]))
    )
  })
  // One for the first point and one for the last.
  const spacing = lengths.reduce((sum, length) => sum + length, 0) / (most - 2)
  let gone = 0
  return corners.filter((_, place) => {
    gone += present(lengths[place])
    const isKept = place === 0 || place === corners.length - 1 || gone >= spacing
    if (isKept) gone = 0
    return isKept
  })
}
