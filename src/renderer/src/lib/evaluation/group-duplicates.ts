import type { NearDuplicate } from '../../../../shared/contract'
import { present } from '../../../../shared/present'

/**
 * Pictures of pairs, each once, with all that are alike side by side: also those that are alike through a
 * third one. Groups come in the order of their first pair.
 */
export function groupDuplicates(pairs: readonly NearDuplicate[]): number[] {
  /** The group that each picture is in. */
  const groups = new Map<number, number[]>()
  for (const { first, second } of pairs) {
    const one = groups.get(first) ?? [first]
    const other = groups.get(second) ?? [second]
    groups.set(first, one)
    if (one === other) continue
    one.push(...other)
    for (const picture of other) groups.set(picture, one)
  }
  return [...new Set(pairs.map(({ first }) => present(groups.get(first))))].flat()
}
