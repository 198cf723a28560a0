import { EigenvalueDecomposition, Matrix, QrDecomposition } from 'ml-matrix'
import { keyedRandom } from '../../data/random'
import { tensorflow } from '../../tensorflow'

/** A table of features along the directions in which it varies most. */
export interface PrincipalComponents {
  /** Directions, k. */
  readonly count: number
  /** `[N, k]`: each row along each direction, from the mean. */
  readonly scores: Float32Array
  /** `[k]`: shares of the whole variance, falling. */
  readonly explained: Float64Array
}

/** More directions are followed than are wanted, so that those that are wanted converge. */
const OVERSAMPLED = 10
const ITERATIONS = 12

/**
 * Principal components by subspace iteration from a seeded start (Halko, Martinsson and Tropp 2011):
 * products of the centred table with a few directions by TensorFlow, so that neither the D x D
 * covariance nor a whole decomposition is made. The sign of a component is that of its largest score.
 *
 * @param rows - `[N, D]`
 * @param takeTurn - awaited between two products; throws to cancel
 */
export async function findPrincipalComponents(
  rows: Float32Array,
  dims: number,
  wanted: number,
  seed: number,
  takeTurn: () => Promise<void>,
): Promise<PrincipalComponents> {
  const tf = tensorflow()
  const count = rows.length / dims
  const followed = Math.min(wanted + OVERSAMPLED, count, dims)
  const { centred, variance } = await centre(rows, dims, takeTurn)
  const table = tf.tensor2d(centred, [count, dims])
  try {
    const random = keyedRandom('embedding', seed)
    let directions = orthonormalise(
      Float32Array.from({ length: dims * followed }, () => random.normal()),
      dims,
      followed,
    )
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      await takeTurn()
      const next = tf.tidy(() => {
        const along = tf.matMul(table, tf.tensor2d(directions, [dims, followed]))
        return tf.matMul(table, along, true).dataSync()
      })
      await takeTurn()
      directions = orthonormalise(next as Float32Array, dims, followed)
    }
    await takeTurn()
    const along = tf.tidy(() =>
      tf.matMul(table, tf.tensor2d(directions, [dims, followed])).dataSync(),
    ) as Float32Array
    return rotate(along, count, followed, Math.min(wanted, followed), variance)
  } finally {
    table.dispose()
  }
}

/** Turns scores along any orthonormal directions to those of most variance. */
function rotate(
  along: Float32Array,
  count: number,
  followed: number,
  wanted: number,
  variance: number,
): PrincipalComponents {
  const sums = new Float64Array(followed * followed)
  for (let first = 0; first < along.length; first += followed) {
    for (let a = 0; a < followed; a++) {
      const value = along[first + a] ?? 0
      for (let b = 0; b < followed; b++)
        sums[a * followed + b] = (sums[a * followed + b] ?? 0) + value * (along[first + b] ?? 0)
    }
  }
  const products = Matrix.from1DArray(followed, followed, sums)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(products, {
    assumeSymmetric: true,
  })
  const order = realEigenvalues
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .slice(0, wanted)
  const scores = new Float32Array(count * wanted)
  order.forEach(({ index }, component) => {
    let largest = 0
    for (let row = 0; row < count; row++) {
      let score = 0
      for (let a = 0; a < followed; a++)
        score += (along[row * followed + a] ?? 0) * eigenvectorMatrix.get(a, index)
      scores[row * wanted + component] = score
      if (Math.abs(score) > Math.abs(largest)) largest = score
    }
    if (largest >= 0) return
    for (let at = component; at < scores.length; at += wanted) scores[at] = -(scores[at] ?? 0)
  })
  return {
    count: wanted,
    scores,
    explained: Float64Array.from(order, ({ value }) =>
      variance === 0 ? 0 : Math.max(0, value) / variance,
    ),
  }
}

/** The rows less their mean, and the sum of squares of that; loops, since there are millions. */
async function centre(
  rows: Float32Array,
  dims: number,
  takeTurn: () => Promise<void>,
): Promise<{ readonly centred: Float32Array; readonly variance: number }> {
  const count = rows.length / dims
  const mean = new Float64Array(dims)
  for (let first = 0; first < rows.length; first += dims)
    for (let at = 0; at < dims; at++) mean[at] = (mean[at] ?? 0) + (rows[first + at] ?? 0) / count
  await takeTurn()
  let variance = 0
  const centred = new Float32Array(rows.length)
  for (let first = 0; first < rows.length; first += dims) {
    for (let at = 0; at < dims; at++) {
      const value = (rows[first + at] ?? 0) - (mean[at] ?? 0)
      centred[first + at] = value
      variance += value * value
    }
  }
  await takeTurn()
  return { centred, variance }
}

/** An orthonormal basis of the columns of `[dims, count]`. */
function orthonormalise(columns: Float32Array, dims: number, count: number): Float32Array {
  const matrix = Matrix.from1DArray(dims, count, columns)
  return Float32Array.from(new QrDecomposition(matrix).orthogonalMatrix.to1DArray())
}
