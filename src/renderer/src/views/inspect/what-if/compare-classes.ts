import type { ClassProbability } from '../../../../../shared/contract'

/** A class with its probabilities, 0..1. */
export interface ClassChange {
  readonly class: string
  readonly before: number
  readonly after: number
}

const SHOWN = 5

/**
 * The most probable classes before and after, each once, the most probable after first.
 * @param truth - the class that the picture is of, which is among them wherever it stands; null: not known
 */
export function compareClasses(
  before: readonly ClassProbability[],
  after: readonly ClassProbability[],
  truth: string | null = null,
): ClassChange[] {
  const isKnown = after.some((one) => one.class === truth)
  const names = new Set([
    ...[...after.slice(0, SHOWN), ...before.slice(0, SHOWN)].map((one) => one.class),
    ...(truth !== null && isKnown ? [truth] : []),
  ])
  const probabilityOf = (list: readonly ClassProbability[], name: string): number =>
    list.find((one) => one.class === name)?.probability ?? 0
  return [...names]
    .map((name) => ({
      class: name,
      before: probabilityOf(before, name),
      after: probabilityOf(after, name),
    }))
    .sort((a, b) => b.after - a.after)
}
