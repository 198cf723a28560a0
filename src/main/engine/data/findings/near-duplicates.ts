import { present } from '../../../../shared/present'
import { takeTurn } from '../../work/take-turn'

/** Side of the grid of brightness differences. */
export const HASH_SIDE = 16
/** Words of 16 bits of a hash: 256 differences. */
export const HASH_WORDS = (HASH_SIDE * HASH_SIDE) / 16
/**
 * Differing bits, of 256, up to which two pictures are nearly the same: a copy in another size,
 * format or quality stays under a dozen. Fewer than {@link HASH_WORDS}, so that two such hashes have
 * at least one word in common, by which they are found.
 */
const MAX_DIFFERING_BITS = 12
/** Differences of the mean colour, in levels, up to which two pictures may be the same. */
const MAX_COLOUR_DIFFERENCE = 12
/** A brightness difference below this is noise of the compression: the bit stays 0. */
const MIN_STEP = 3
/** A word that more pictures share is ignored (a plain border): the others find the pair. */
const MAX_SHARING = 100

/** What a picture looks like, small: compared by {@link findNearPairs}. */
export interface PictureHash {
  /** `[HASH_WORDS]`: for each cell whether its right neighbour is darker. */
  readonly words: Uint16Array
  /** Mean red, green and blue, 0..255. */
  readonly meanRgb: readonly [number, number, number]
}

/**
 * The difference hash (dHash) of a picture scaled to `[HASH_SIDE, HASH_SIDE + 1, 3]` RGB bytes, with
 * its mean colour.
 */
export function hashPixels(pixels: Uint8Array): PictureHash {
  const words = new Uint16Array(HASH_WORDS)
  const sums: [number, number, number] = [0, 0, 0]
  const columns = HASH_SIDE + 1
  const brightness = (row: number, column: number): number => {
    const at = (row * columns + column) * 3
    return (
      0.299 * present(pixels[at]) +
      0.587 * present(pixels[at + 1]) +
      0.114 * present(pixels[at + 2])
    )
  }
  for (let row = 0; row < HASH_SIDE; row++) {
    for (let column = 0; column < HASH_SIDE; column++) {
      const isFalling = brightness(row, column) - brightness(row, column + 1) >= MIN_STEP
      if (isFalling) words[row] = present(words[row]) | (1 << column)
    }
  }
  for (let at = 0; at < pixels.length; at += 3) {
    sums[0] += present(pixels[at])
    sums[1] += present(pixels[at + 1])
    sums[2] += present(pixels[at + 2])
  }
  const count = pixels.length / 3
  return { words, meanRgb: [sums[0] / count, sums[1] / count, sums[2] / count] }
}

/**
 * Pairs of pictures that are nearly the same, by their places in the list. Found by the words that
 * two hashes share, so the time grows with the pairs and not with the square of the pictures.
 * @param hashes - null for a picture that has none
 */
export async function findNearPairs(
  hashes: readonly (PictureHash | null)[],
): Promise<[number, number][]> {
  const found = new Map<number, [number, number]>()
  for (let word = 0; word < HASH_WORDS; word++) {
    // A hundred thousand pictures take a while: what else the thread has to do goes in between.
    await takeTurn()
    const sharing = new Map<number, number[]>()
    hashes.forEach((hash, index) => {
      const value = hash === null ? 0 : present(hash.words[word])
      // No edge at all in this row: what every picture with a plain row has.
      if (value === 0) return
      const places = sharing.get(value)
      if (places === undefined) sharing.set(value, [index])
      else places.push(index)
    })
    for (const places of sharing.values()) {
      if (places.length > MAX_SHARING) continue
      places.forEach((second, at) => {
        for (const first of places.slice(0, at)) {
          const key = first * hashes.length + second
          if (!found.has(key) && isNear(hashes[first], hashes[second])) {
            found.set(key, [first, second])
          }
        }
      })
    }
  }
  return [...found.values()]
}

function isNear(a: PictureHash | null | undefined, b: PictureHash | null | undefined): boolean {
  if (!a || !b) return false
  const isOtherColour = a.meanRgb.some(
    (level, channel) => Math.abs(level - present(b.meanRgb[channel])) > MAX_COLOUR_DIFFERENCE,
  )
  if (isOtherColour) return false
  let differing = 0
  for (let word = 0; word < HASH_WORDS; word++) {
    differing += countBits(present(a.words[word]) ^ present(b.words[word]))
    if (differing > MAX_DIFFERING_BITS) return false
  }
  return true
}

function countBits(word: number): number {
  let count = 0
  for (let left = word; left !== 0; left &= left - 1) count++
  return count
}
