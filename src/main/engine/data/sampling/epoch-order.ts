import { keyedRandom, shuffle } from '../../random'
import type { BatchOptions } from '../types'

/** What an epoch shows, one picture after the other. */
export interface EpochOrder {
  /** Indices into the data set. */
  readonly ids: readonly number[]
  /** How many times the epoch has shown that picture before; null where each comes once. */
  readonly occurrences: Uint32Array | null
}

/**
 * The order of an epoch. With balanced sampling each class has the same number of turns (to one), as
 * many in all as there are training pictures: those of a small class come several times, of a large
 * one some are left out, others in each epoch.
 * @param train - indices of the training pictures, ascending
 * @param classOf - class of a picture
 * @param epoch - from 1
 */
export function orderEpoch(
  train: readonly number[],
  classOf: (id: number) => number,
  { order, seed, balance }: Pick<BatchOptions, 'order' | 'seed' | 'balance'>,
  epoch: number,
): EpochOrder {
  const isSampled = balance === 'sampling'
  const drawn = isSampled ? drawBalanced(groupByClass(train, classOf), seed, epoch) : train
  const ids = order === 'sequential' ? drawn : shuffle(drawn, keyedRandom('order', seed, epoch))
  return { ids, occurrences: isSampled ? countOccurrences(ids) : null }
}

/**
 * Weight of each class in the loss: the inverse of its share of the training pictures, so that over
 * an epoch all classes weigh the same and the mean is 1.
 * @returns by class; 0 for one without training pictures
 */
export function weighClasses(
  train: readonly number[],
  classOf: (id: number) => number,
  classes: number,
): Float32Array {
  const weights = new Float32Array(classes)
  const groups = groupByClass(train, classOf)
  for (const [classIndex, ids] of groups) {
    weights[classIndex] = train.length / (groups.size * ids.length)
  }
  return weights
}

function groupByClass(
  train: readonly number[],
  classOf: (id: number) => number,
): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const id of train) {
    const group = groups.get(classOf(id))
    if (group === undefined) groups.set(classOf(id), [id])
    else group.push(id)
  }
  return groups
}

/** Ascending, a picture that comes twice twice. */
function drawBalanced(
  groups: ReadonlyMap<number, readonly number[]>,
  seed: number,
  epoch: number,
): number[] {
  const random = keyedRandom('balance', seed, epoch)
  const turns = [...groups.values()].reduce((sum, ids) => sum + ids.length, 0)
  const each = Math.floor(turns / groups.size)
  // What does not divide goes to some classes, others in each epoch.
  const favoured = new Set(shuffle([...groups.keys()], random).slice(0, turns % groups.size))
  const drawn: number[] = []
  for (const [classIndex, ids] of [...groups].sort(([a], [b]) => a - b)) {
    let left = each + (favoured.has(classIndex) ? 1 : 0)
    // Whole rounds first, so that no picture comes more than once more often than another.
    for (; left >= ids.length; left -= ids.length) for (const id of ids) drawn.push(id)
    for (const id of shuffle(ids, random).slice(0, left)) drawn.push(id)
  }
  return drawn.sort((a, b) => a - b)
}

function countOccurrences(ids: readonly number[]): Uint32Array {
  const seen = new Map<number, number>()
  return Uint32Array.from(ids, (id) => {
    const before = seen.get(id) ?? 0
    seen.set(id, before + 1)
    return before
  })
}
