import { present } from '../present'
import { UNKNOWN_CLASS, type PictureColumns } from './picture-columns'

/** One class; what is undefined is null. */
export interface ClassScore {
  /** Index of the class. */
  readonly index: number
  /** Pictures of the class. */
  readonly support: number
  /** Pictures that were taken for the class. */
  readonly predicted: number
  /** Pictures of the class that were taken for it. */
  readonly right: number
  /** Share of the pictures taken for the class that are of it; null where none was. */
  readonly precision: number | null
  /** Share of the pictures of the class that were found; null where it has none. */
  readonly recall: number | null
  /** Harmonic mean of the two, 2 right / (support + predicted); null where both are undefined. */
  readonly f1: number | null
  /** Mean confidence of the answers on pictures of the class, right or wrong; null where it has none. */
  readonly meanConfidence: number | null
}

/** Means over the classes that have pictures. */
export interface ClassMeans {
  readonly precision: number
  /** Unweighted, the mean class recall, also called balanced accuracy; weighted by support, the accuracy. */
  readonly recall: number
  readonly f1: number
}

/** All classes, and their means; the means are null without a picture. */
export interface ClassScores {
  readonly perClass: readonly ClassScore[]
  readonly macro: ClassMeans | null
  /** Weighted by support. */
  readonly weighted: ClassMeans | null
}

/**
 * Precision, recall and F1 of each class. In the means the precision of a class that was never predicted
 * counts as 0, and classes without pictures are left out: scikit-learn's
 * `precision_recall_fscore_support(true, predicted, labels=unique(true), zero_division=0)`.
 */
export function scoreClasses(
  columns: Pick<PictureColumns, 'label' | 'predicted' | 'confidence'>,
  classes: number,
): ClassScores {
  const support = new Uint32Array(classes)
  const predicted = new Uint32Array(classes)
  const right = new Uint32Array(classes)
  const confidence = new Float64Array(classes)
  columns.label.forEach((label, picture) => {
    if (label === UNKNOWN_CLASS) return
    const answer = present(columns.predicted[picture])
    support[label] = present(support[label]) + 1
    predicted[answer] = present(predicted[answer]) + 1
    if (answer === label) right[label] = present(right[label]) + 1
    confidence[label] = present(confidence[label]) + present(columns.confidence[picture])
  })
  const perClass = Array.from(support, (own, index): ClassScore => {
    const taken = present(predicted[index])
    const hits = present(right[index])
    return {
      index,
      support: own,
      predicted: taken,
      right: hits,
      precision: divide(hits, taken),
      recall: divide(hits, own),
      f1: divide(2 * hits, own + taken),
      meanConfidence: divide(present(confidence[index]), own),
    }
  })
  return {
    perClass,
    macro: meanOf(perClass, () => 1),
    weighted: meanOf(perClass, (score) => score.support),
  }
}

function meanOf(
  scores: readonly ClassScore[],
  weigh: (score: ClassScore) => number,
): ClassMeans | null {
  const sums = { weight: 0, precision: 0, recall: 0, f1: 0 }
  for (const score of scores) {
    if (score.support === 0) continue
    const weight = weigh(score)
    sums.weight += weight
    sums.precision += weight * (score.precision ?? 0)
    sums.recall += weight * (score.recall ?? 0)
    sums.f1 += weight * (score.f1 ?? 0)
  }
  const { weight, precision, recall, f1 } = sums
  if (weight === 0) return null
  return { precision: precision / weight, recall: recall / weight, f1: f1 / weight }
}

function divide(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
