import { formatCount } from './format-value'

/** The choice that adds a picture of each class, or says of how many there is room for. */
export function describeClassRoom({
  count,
  classes,
}: {
  readonly count: number
  readonly classes: number
}): string {
  if (count >= classes) return 'Add one of each class'
  return `Add one of each of the first ${formatCount(count)} of ${formatCount(classes)} classes`
}
