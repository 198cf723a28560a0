/**
 * Random numbers that are a pure function of what they are for. Nothing is drawn from a shared
 * stream, so the order in which pictures happen to be decoded, a resume or another batch size
 * changes nothing.
 */

import { randomWords } from '../../shared/random-words'

/** What a stream of random numbers is for; each purpose has streams of its own. */
export const PURPOSES = {
  split: 1,
  order: 2,
  augmentation: 3,
  sample: 4,
  deletion: 5,
  balance: 6,
  maximisation: 7,
  embedding: 8,
} as const
export type Purpose = keyof typeof PURPOSES

/** A short stream of random numbers. */
export interface RandomStream {
  /** Uniform in [0, 1), 32 random bits. */
  readonly uniform: () => number
  /** Uniform whole number in [0, count). */
  readonly below: (count: number) => number
  /** Normal with mean 0 and standard deviation 1. */
  readonly normal: () => number
}

/** Mixes a word into a hash (MurmurHash3's round and finaliser). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  let h = hash ^ k
  h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * The stream of a purpose under a seed, distinguished by further keys (epoch, picture, ...).
 * @param keys - whole numbers from 0
 */
export function keyedRandom(purpose: Purpose, seed: number, ...keys: number[]): RandomStream {
  const words = [PURPOSES[purpose], seed, ...keys]
  let a = 0x9e3779b9
  let b = 0x243f6a88
  for (const word of words) {
    a = mix(a, word >>> 0)
    b = mix(b ^ 0x5bd1e995, word >>> 0)
    // Keys beyond 32 bits count too.
    const high = Math.floor(word / 2 ** 32)
    if (high !== 0) a = mix(a, high >>> 0)
  }
  const next = randomWords(a, b, mix(a, b))
  const uniform = (): number => next() / 2 ** 32
  return {
    uniform,
    below: (count) => Math.floor(uniform() * count),
    normal: () =>
      // Box-Muller; 1 - u keeps the logarithm finite.
      Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}

/** A shuffled copy (Fisher-Yates). */
export function shuffle<T>(items: readonly T[], random: RandomStream): T[] {
  const shuffled = items.slice()
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    const held = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = held
  }
  return shuffled
}
