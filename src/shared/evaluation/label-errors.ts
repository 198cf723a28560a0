import { present } from '../present'
import { UNKNOWN_CLASS } from './picture-columns'

/** What confident learning makes of the labels. */
export interface LabelErrors {
  /** The class that each picture probably is of instead, `[N]`; -1 where its label may stand. */
  readonly suggested: Int32Array
  /** Thresholds t_j of the classes, `[K]`; null for a class without pictures. */
  readonly thresholds: readonly (number | null)[]
}

/** A mean's rounding decides nothing: cleanlab's tolerance. */
const TOLERANCE = 1e-6

/**
 * Likely label errors by the confident joint of confident learning (Northcutt, Jiang and Chuang 2021,
 * section 3.1): the threshold t_j of a class is the mean probability of j over the pictures labelled j; of
 * the classes whose probability reaches their threshold the most probable one is what the picture is
 * counted as, and where that is not its label, the label is likely wrong. As cleanlab's
 * `find_label_issues(filter_by='confident_learning')` leaves out, a label that the network agrees with
 * stands; unlike there, a class below its threshold is never the suggested one.
 *
 * The probabilities must come from pictures that the network was not trained on. Sort by the probability of
 * the label, the smallest first.
 *
 * @param probabilities - `[N, K]`
 * @param label - `[N]`; pictures with -1 are left out
 */
export function findLabelErrors(
  probabilities: Float32Array,
  label: Int32Array,
  classes: number,
): LabelErrors {
  const thresholds = meanSelfConfidence(probabilities, label, classes)
  const suggested = Int32Array.from(label, (own, picture) => {
    if (own === UNKNOWN_CLASS) return -1
    const start = picture * classes
    let best = -1
    let largestConfident = -Infinity
    let largest = -Infinity
    for (let index = 0; index < classes; index++) {
      const value = present(probabilities[start + index])
      if (value > largest) largest = value
      if (value > largestConfident && value >= present(thresholds[index]) - TOLERANCE) {
        best = index
        largestConfident = value
      }
    }
    return best === own || present(probabilities[start + own]) === largest ? -1 : best
  })
  return {
    suggested,
    thresholds: Array.from(thresholds, (value) => (value === Infinity ? null : value)),
  }
}

/** `[K]`; infinite for a class without pictures. */
function meanSelfConfidence(
  probabilities: Float32Array,
  label: Int32Array,
  classes: number,
): Float64Array {
  const sums = new Float64Array(classes)
  const counts = new Uint32Array(classes)
  label.forEach((own, picture) => {
    if (own === UNKNOWN_CLASS) return
    sums[own] = present(sums[own]) + present(probabilities[picture * classes + own])
    counts[own] = present(counts[own]) + 1
  })
  return sums.map((sum, index) => {
    const count = present(counts[index])
    return count === 0 ? Infinity : sum / count
  })
}
