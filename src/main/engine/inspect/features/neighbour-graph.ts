import { present } from '../../../../shared/present'
import { tensorflow } from '../../tensorflow'

/** The nearest rows of each row of a table. */
export interface NeighbourGraph {
  /** Neighbours of a row, itself included, k. */
  readonly count: number
  /** `[N, k]`: itself first, then the nearest first. */
  readonly indices: Int32Array
  /** `[N, k]` Euclidean distances. */
  readonly distances: Float32Array
}

/** Distances of one turn: 16 MiB of them. */
const DISTANCES_PER_TURN = 4 * 2 ** 20

/**
 * The exact nearest rows of each row: all distances, a block of rows in one TensorFlow call, of which
 * the smallest are kept.
 *
 * @param rows - `[N, D]`
 * @param neighbours - k, with the row itself; at most N
 * @param onBlock - awaited after each block with its rows; throws to cancel
 */
export async function findNeighbourGraph(
  rows: Float32Array,
  dims: number,
  neighbours: number,
  onBlock: (count: number) => Promise<void>,
): Promise<NeighbourGraph> {
  const tf = tensorflow()
  const count = rows.length / dims
  const k = Math.min(neighbours, count)
  const indices = new Int32Array(count * k)
  const distances = new Float32Array(count * k)
  const table = tf.tensor2d(rows, [count, dims])
  const squares = tf.tidy(() => table.square().sum(1))
  try {
    const block = Math.max(1, Math.floor(DISTANCES_PER_TURN / count))
    // One more, since among copies of a row it may not be the first itself.
    const asked = Math.min(k + 1, count)
    for (let start = 0; start < count; start += block) {
      const size = Math.min(block, count - start)
      const found = tf.tidy(() => {
        const own = table.slice([start, 0], [size, dims])
        // |a - b|^2 without |a|^2, which is the same along a row.
        const near = tf.matMul(own, table, false, true).mul(2).sub(squares)
        return tf.topk(near, asked, true).indices.dataSync()
      })
      for (let row = start; row < start + size; row++) {
        const others = Array.from(found.subarray((row - start) * asked, (row - start + 1) * asked))
        const own = [row, ...others.filter((other) => other !== row)].slice(0, k)
        own
          .map((other) => ({ other, distance: measure(rows, dims, row, other) }))
          .sort((a, b) => (a.other === row ? -1 : b.other === row ? 1 : a.distance - b.distance))
          .forEach(({ other, distance }, place) => {
            indices[row * k + place] = other
            distances[row * k + place] = distance
          })
      }
      await onBlock(size)
    }
  } finally {
    table.dispose()
    squares.dispose()
  }
  return { count: k, indices, distances }
}

/** Again in double precision: the block's sums lose what near rows have in common. */
function measure(rows: Float32Array, dims: number, a: number, b: number): number {
  let sum = 0
  for (let at = 0; at < dims; at++) {
    const difference = present(rows[a * dims + at]) - present(rows[b * dims + at])
    sum += difference * difference
  }
  return Math.sqrt(sum)
}
