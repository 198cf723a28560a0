import { describePictures } from '../../../../shared/evaluation/picture-columns'
import { isTopFiveUseful } from '../../../../shared/spec/metrics'
import { present } from '../../../../shared/present'
import type { SavedEvaluation } from '../saved-evaluation'

/**
 * Probabilities that differ by no more than this agree: another processor, or another cut into batches, sums
 * in another order.
 */
export const PROBABILITY_TOLERANCE = 1e-3

/** Right answers of two evaluations of the same pictures. */
export interface CountPair {
  readonly recorded: number
  readonly repeated: number
}

/** How two evaluations of the same pictures differ. */
export interface ResultsComparison {
  /** Pictures that count, of either. */
  readonly counted: CountPair
  /** Pictures whose most probable class is the right one. */
  readonly top1: CountPair
  /** Pictures whose class is among the first five; null with five classes or fewer. */
  readonly top5: CountPair | null
  /** Pictures whose most probable class is another one. */
  readonly otherClass: readonly string[]
  /** Largest difference of a probability. */
  readonly largestDifference: number
}

/** Compares picture by picture, by name; those of unknown classes are in no number. */
export function compareResults(
  recorded: SavedEvaluation,
  repeated: SavedEvaluation,
): ResultsComparison {
  const classes = recorded.facts.classNames.length
  const [before, after] = [recorded, repeated].map(({ probabilities, label }) =>
    describePictures(probabilities, label, classes),
  )
  const count = (columns: typeof before, rank: number): number =>
    present(columns).ownRank.reduce((sum, own) => sum + Number(own >= 1 && own <= rank), 0)
  const pair = (rank: number): CountPair => ({
    recorded: count(before, rank),
    repeated: count(after, rank),
  })
  const places = new Map(repeated.files.map((file, index) => [file, index]))
  const otherClass: string[] = []
  let largestDifference = 0
  recorded.files.forEach((file, index) => {
    const place = places.get(file)
    if (place === undefined) return
    for (let at = 0; at < classes; at++) {
      const difference = Math.abs(
        present(recorded.probabilities[index * classes + at]) -
          present(repeated.probabilities[place * classes + at]),
      )
      if (difference > largestDifference) largestDifference = difference
    }
    if (before?.predicted[index] !== after?.predicted[place]) otherClass.push(file)
  })
  return {
    counted: pair(Infinity),
    top1: pair(1),
    top5: isTopFiveUseful(classes) ? pair(5) : null,
    otherClass,
    largestDifference,
  }
}

/** Whether the numbers are the same: counts exactly, probabilities to {@link PROBABILITY_TOLERANCE}. */
export function isAgreeing({
  counted,
  top1,
  top5,
  otherClass,
  largestDifference,
}: ResultsComparison): boolean {
  const isSame = ({ recorded, repeated }: CountPair): boolean => recorded === repeated
  return (
    isSame(counted) &&
    isSame(top1) &&
    (top5 === null || isSame(top5)) &&
    otherClass.length === 0 &&
    largestDifference <= PROBABILITY_TOLERANCE
  )
}
