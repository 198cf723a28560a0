import { present } from '../../../shared/present'

/** Guessing among some 20,000 classes: a loss up to this is a matter of course, however low it is elsewhere. */
const ORDINARY_LOSS = 10
/** How far above the ordinary values an axis reaches at most. */
const MOST_ABOVE = 4
/** So many values from the left tell how a run began, or what was zoomed to. */
const FIRST_VALUES = 5

/**
 * What a loss must exceed to be out of all proportion: a diverging run is judged by what came before. null
 * where none is.
 * @param ordinary - values in the order of x, by which the others are judged
 * @param all - those of all lines
 */
export function findOutlierLimit(
  ordinary: readonly number[],
  all: readonly number[] = ordinary,
): number | null {
  if (ordinary.length === 0) return null
  const usual = Math.min(median(ordinary), median(ordinary.slice(0, FIRST_VALUES)))
  const limit = Math.max(ORDINARY_LOSS, MOST_ABOVE * usual)
  return all.some((value) => value > limit) ? limit : null
}

/** The lower one of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return present(sorted[(sorted.length - 1) >> 1])
}
