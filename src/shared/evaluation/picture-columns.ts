import { LabError } from '../contract/errors'
import { present } from '../present'

/** Label of a picture whose class the network does not know. */
export const UNKNOWN_CLASS = -1

/**
 * Least probability whose logarithm is taken: the smallest normal float32, 2^-126, so that a loss read
 * from probabilities ends at 87.34 nats. Training takes it from the scores, where nothing underflows.
 */
export const LEAST_PROBABILITY = 2 ** -126

/** What a network says of each picture, a column a fact, all `[N]`; classes are indices into its own. */
export interface PictureColumns {
  /** True class, {@link UNKNOWN_CLASS} where the network does not know it. */
  readonly label: Int32Array
  /** Most probable class; of equal ones the first. */
  readonly predicted: Int32Array
  /** Probability of the most probable class, 0..1. */
  readonly confidence: Float32Array
  /** Second most probable class, -1 where there is one class only. */
  readonly second: Int32Array
  /** Confidence less the probability of the second class. */
  readonly margin: Float32Array
  /** Probability of the true class; NaN where it is unknown. */
  readonly ownProbability: Float32Array
  /** Place of the true class, 1 the first; 0 where it is unknown. Of equal classes the lower is first. */
  readonly ownRank: Int32Array
  /** Cross entropy in nats, from {@link LEAST_PROBABILITY} up; NaN where the true class is unknown. */
  readonly loss: Float32Array
  /** Entropy of the probabilities in nats: 0 sure, ln K nothing told apart. */
  readonly entropy: Float32Array
  /**
   * Squared distance of the probabilities from those of a sure and right answer, 0..2 (Brier 1950); NaN
   * where the true class is unknown.
   */
  readonly squaredError: Float32Array
}

/**
 * Describes each picture by its probabilities. Equal probabilities rank as in training and in
 * `classify`: the lower class first, so that a network that tells nothing apart gets no credit.
 * @param probabilities - `[N, K]`
 * @param labels - `[N]`, 0..K-1 or {@link UNKNOWN_CLASS}
 * @param classes - K
 * @throws LabError `diverged` where a probability is no number
 * @throws RangeError where the shapes or labels do not fit
 */
export function describePictures(
  probabilities: Float32Array,
  labels: Int32Array,
  classes: number,
): PictureColumns {
  const pictures = labels.length
  checkShapes(probabilities, labels, classes)
  const columns = {
    label: labels,
    predicted: new Int32Array(pictures),
    confidence: new Float32Array(pictures),
    second: new Int32Array(pictures),
    margin: new Float32Array(pictures),
    ownProbability: new Float32Array(pictures).fill(NaN),
    ownRank: new Int32Array(pictures),
    loss: new Float32Array(pictures).fill(NaN),
    entropy: new Float32Array(pictures),
    squaredError: new Float32Array(pictures).fill(NaN),
  }
  for (let picture = 0; picture < pictures; picture++) {
    const start = picture * classes
    let first = -1
    let second = -1
    let largest = -Infinity
    let next = -Infinity
    let entropy = 0
    let squares = 0
    for (let index = 0; index < classes; index++) {
      const value = present(probabilities[start + index])
      if (value > largest) {
        second = first
        next = largest
        first = index
        largest = value
      } else if (value > next) {
        second = index
        next = value
      }
      squares += value * value
      // One that is no number makes the sum none.
      if (value !== 0) entropy -= value * Math.log(value)
    }
    if (!Number.isFinite(entropy)) throw notFinite()
    columns.predicted[picture] = first
    columns.confidence[picture] = largest
    columns.second[picture] = second
    columns.margin[picture] = largest - (second === -1 ? 0 : next)
    columns.entropy[picture] = Math.max(0, entropy)

    const label = present(labels[picture])
    if (label === UNKNOWN_CLASS) continue
    const own = present(probabilities[start + label])
    columns.ownProbability[picture] = own
    columns.ownRank[picture] = rankOf(probabilities, start, classes, label)
    columns.loss[picture] = -Math.log(Math.max(own, LEAST_PROBABILITY))
    columns.squaredError[picture] = squares - own * own + (1 - own) * (1 - own)
  }
  return columns
}

function rankOf(values: Float32Array, start: number, classes: number, label: number): number {
  const own = present(values[start + label])
  let rank = 1
  for (let index = 0; index < classes; index++) {
    const value = present(values[start + index])
    if (value > own || (value === own && index < label)) rank++
  }
  return rank
}

function checkShapes(probabilities: Float32Array, labels: Int32Array, classes: number): void {
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(`Expected one class or more, got ${classes}.`)
  }
  if (probabilities.length !== labels.length * classes) {
    throw new RangeError(
      `Expected ${labels.length} x ${classes} probabilities, got ${probabilities.length}.`,
    )
  }
  const strange = labels.find((label) => label < UNKNOWN_CLASS || label >= classes)
  if (strange !== undefined) {
    throw new RangeError(`Expected labels from -1 to ${classes - 1}, got ${strange}.`)
  }
}

function notFinite(): LabError {
  return new LabError(
    'diverged',
    'Expected probabilities, got values that are no numbers: the network has diverged.',
    'Choose a checkpoint from before the loss became infinite.',
  )
}
