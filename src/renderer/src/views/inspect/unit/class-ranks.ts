import type { SelectivityMeasure, UnitSurvey } from '../../../../../shared/contract'

/** A class as it is ranked for a channel. */
export interface RankedClass {
  readonly className: string
  readonly pictures: number
  /** Mean over the class's pictures. */
  readonly mean: number
  /** The mean, less the mean of all classes' means: above 0 it excites, below it suppresses. */
  readonly difference: number
}

/** Classes of a channel, the most exciting first. */
export function rankClasses(
  { classes }: UnitSurvey,
  measure: SelectivityMeasure,
): readonly RankedClass[] {
  const centre = classes.reduce((sum, one) => sum + one[measure], 0) / classes.length
  return classes
    .map(({ className, pictures, [measure]: mean }) => ({
      className,
      pictures,
      mean,
      difference: mean - centre,
    }))
    .sort((a, b) => b.difference - a.difference || (a.className < b.className ? -1 : 1))
}

/** The two ends of a long list, with how many lie between them. */
export function takeEnds<T>(
  list: readonly T[],
  count: number,
): { readonly first: readonly T[]; readonly left: number; readonly last: readonly T[] } {
  if (list.length <= 2 * count) return { first: list, left: 0, last: [] }
  return { first: list.slice(0, count), left: list.length - 2 * count, last: list.slice(-count) }
}
