import type { ClassProbability } from '../../../../shared/contract'

/** Where a network puts the class that a picture is really of. */
export interface TrueClass {
  readonly class: string
  /** 1 for the most probable class; null where the network does not know the class. */
  readonly rank: number | null
  readonly probability: number | null
}

/** @param all - all classes, the most probable first */
export function rankTrueClass(truth: string, all: readonly ClassProbability[]): TrueClass {
  const at = all.findIndex((one) => one.class === truth)
  const found = all[at]
  return found === undefined
    ? { class: truth, rank: null, probability: null }
    : { class: truth, rank: at + 1, probability: found.probability }
}
