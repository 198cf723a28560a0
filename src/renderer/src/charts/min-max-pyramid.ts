import { present } from '../../../shared/present'

const FANOUT = 8
const NONE = 0xffff_ffff

/** Where the smallest and the largest value of a range are. */
export interface Extremes {
  readonly minIndex: number
  readonly maxIndex: number
}

/**
 * Minimum and maximum of any range of a growing column in logarithmic time. Level k keeps, for each
 * whole block of 8^(k+1) values, the indices of its smallest and largest value; appending costs an
 * amortised constant. Values that are not numbers are passed over.
 */
export class MinMaxPyramid {
  #length = 0
  #levels: { min: Uint32Array; max: Uint32Array; blocks: number }[] = []

  /** Values taken in so far. */
  get length(): number {
    return this.#length
  }

  clear(): void {
    this.#length = 0
    this.#levels = []
  }

  /**
   * Takes in what was appended to `values` since the last time. The column may have moved to a
   * larger array, but what was taken in before must be the same.
   */
  extend(values: Float64Array): void {
    this.#length = values.length
    let below = values.length
    for (let level = 0; below >= FANOUT; level++) {
      const blocks = Math.floor(below / FANOUT)
      this.#extendLevel(values, level, blocks)
      below = blocks
    }
  }

  /** The extremes of `values[from..to)`; null when no number is there. */
  find(values: Float64Array, from: number, to: number): Extremes | null {
    let minIndex = NONE
    let maxIndex = NONE
    for (let at = from; at < to;) {
      let size = 1
      let depth = 0
      // The largest whole block that starts here and ends inside.
      while (at % (size * FANOUT) === 0 && at + size * FANOUT <= to && this.#has(depth, at, size)) {
        size *= FANOUT
        depth++
      }
      const level = depth === 0 ? undefined : this.#levels[depth - 1]
      minIndex = smaller(values, minIndex, level ? (level.min[at / size] ?? NONE) : at)
      maxIndex = larger(values, maxIndex, level ? (level.max[at / size] ?? NONE) : at)
      at += size
    }
    return minIndex === NONE ? null : { minIndex, maxIndex }
  }

  #has(depth: number, at: number, size: number): boolean {
    const level = this.#levels[depth]
    return level !== undefined && at / (size * FANOUT) < level.blocks
  }

  #extendLevel(values: Float64Array, depth: number, blocks: number): void {
    const level = (this.#levels[depth] ??= {
      min: new Uint32Array(64),
      max: new Uint32Array(64),
      blocks: 0,
    })
    while (level.min.length < blocks) {
      level.min = grow(level.min)
      level.max = grow(level.max)
    }
    const below = depth === 0 ? undefined : this.#levels[depth - 1]
    for (let block = level.blocks; block < blocks; block++) {
      let minIndex = NONE
      let maxIndex = NONE
      for (let child = block * FANOUT; child < (block + 1) * FANOUT; child++) {
        minIndex = smaller(values, minIndex, below ? (below.min[child] ?? NONE) : child)
        maxIndex = larger(values, maxIndex, below ? (below.max[child] ?? NONE) : child)
      }
      level.min[block] = minIndex
      level.max[block] = maxIndex
    }
    level.blocks = blocks
  }
}

function grow(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(array.length * 2)
  grown.set(array)
  return grown
}

/** The index of the smaller value; the earlier of two that are equal. */
function smaller(values: Float64Array, best: number, other: number): number {
  const value = values[other]
  if (value === undefined || Number.isNaN(value)) return best
  return best === NONE || value < present(values[best]) ? other : best
}

function larger(values: Float64Array, best: number, other: number): number {
  const value = values[other]
  if (value === undefined || Number.isNaN(value)) return best
  return best === NONE || value > present(values[best]) ? other : best
}
