import type { Tensor2D } from '@tensorflow/tfjs-node-gpu'
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { LabError } from '../../../../shared/contract'
import { itemAt, present } from '../../../../shared/present'
import { keyedRandom } from '../../random'
import { nodeBackend, tensorflow } from '../../tensorflow'

/** A table of features along the directions in which it varies most. */
export interface FeatureComponents {
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
/** Rows that are gone through in one turn of the event loop. */
const ROWS_A_TURN = 2000

/**
 * Principal components by subspace iteration from a seeded start (Halko, Martinsson and Tropp 2011):
 * products of the centred table with a few directions by TensorFlow, so that neither the D x D
 * covariance nor a whole decomposition is made. The sign of a component is that of its largest score.
 *
 * @param rows - `[N, D]`
 * @param takeTurn - awaited between two products; throws to cancel
 */
export async function findFeatureComponents(
  rows: Float32Array,
  dims: number,
  wanted: number,
  seed: number,
  takeTurn: () => Promise<void>,
): Promise<FeatureComponents> {
  const tf = tensorflow()
  const count = rows.length / dims
  const followed = Math.min(wanted + OVERSAMPLED, count, dims)
  const { centred, variance } = await centre(rows, dims, takeTurn)
  const table = tf.tensor2d(centred, [count, dims])
  const random = keyedRandom('embedding', seed)
  const drawn = Float32Array.from({ length: dims * followed }, () => random.normal())
  let directions = orthonormalise(tf.tensor2d(drawn, [dims, followed]))
  let along: Tensor2D | null = null
  try {
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      await takeTurn()
      along = tf.matMul(table, directions)
      await takeTurn()
      directions.dispose()
      directions = tf.matMul(table, along, true)
      along.dispose()
      along = null
      await takeTurn()
      directions = orthonormalise(directions)
    }
    await takeTurn()
    along = tf.matMul(table, directions)
    await takeTurn()
    return rotate(along, Math.min(wanted, followed), variance)
  } finally {
    for (const tensor of [table, directions, along]) tensor?.dispose()
  }
}

/** Turns scores `[N, followed]` along any orthonormal directions to those of most variance. */
function rotate(along: Tensor2D, wanted: number, variance: number): FeatureComponents {
  const tf = tensorflow()
  const [count, followed] = along.shape
  const sums = tf.tidy(() => tf.matMul(along, along, true).dataSync())
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(followed, followed, sums),
    { assumeSymmetric: true },
  )
  const order = realEigenvalues
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .slice(0, wanted)
  const turned = Float64Array.from({ length: followed * wanted }, (_, at) =>
    eigenvectorMatrix.get(Math.floor(at / wanted), itemAt(order, at % wanted).index),
  )
  const scores = project(along.dataSync<'float32'>(), count, turned, wanted)
  for (let component = 0; component < wanted; component++) {
    let largest = 0
    for (let at = component; at < count * wanted; at += wanted) {
      const score = present(scores[at])
      if (Math.abs(score) > Math.abs(largest)) largest = score
    }
    if (largest >= 0) continue
    for (let at = component; at < scores.length; at += wanted) scores[at] = -present(scores[at])
  }
  return {
    count: wanted,
    scores,
    explained: Float64Array.from(order, ({ value }) =>
      variance === 0 ? 0 : Math.max(0, value) / variance,
    ),
  }
}

/**
 * `[N, followed]` times `[followed, wanted]`. TensorFlow's product of a tall table with so few columns takes
 * seconds on processors.
 */
function project(
  along: Float32Array,
  count: number,
  turned: Float64Array,
  wanted: number,
): Float32Array {
  const followed = turned.length / wanted
  const scores = new Float32Array(count * wanted)
  const sums = new Float64Array(wanted)
  for (let row = 0; row < count; row++) {
    sums.fill(0)
    for (let at = 0; at < followed; at++) {
      const value = present(along[row * followed + at])
      for (let component = 0; component < wanted; component++)
        sums[component] =
          present(sums[component]) + value * present(turned[at * wanted + component])
    }
    scores.set(sums, row * wanted)
  }
  return scores
}

/** The rows less their mean, and the sum of squares of that; loops, since there are millions. */
async function centre(
  rows: Float32Array,
  dims: number,
  takeTurn: () => Promise<void>,
): Promise<{ readonly centred: Float32Array; readonly variance: number }> {
  const count = rows.length / dims
  const mean = new Float64Array(dims)
  for (let first = 0; first < rows.length; first += dims) {
    for (let at = 0; at < dims; at++)
      mean[at] = present(mean[at]) + present(rows[first + at]) / count
    if ((first / dims) % ROWS_A_TURN === 0) await takeTurn()
  }
  let variance = 0
  const centred = new Float32Array(rows.length)
  for (let first = 0; first < rows.length; first += dims) {
    for (let at = 0; at < dims; at++) {
      const value = present(rows[first + at]) - present(mean[at])
      centred[first + at] = value
      variance += value * value
    }
    if ((first / dims) % ROWS_A_TURN === 0) await takeTurn()
  }
  return { centred, variance }
}

/** An orthonormal basis of the columns of a tensor `[dims, count]`, which is disposed. */
function orthonormalise(columns: Tensor2D): Tensor2D {
  const { TF_ATTR_BOOL, TF_ATTR_TYPE, TF_FLOAT } = nodeBackend().binding
  const attributes = [
    { name: 'full_matrices', type: TF_ATTR_BOOL, value: false },
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
  ]
  // TensorFlow's own: that of JavaScript takes a second for sixty columns of 4096.
  const [basis, rest] = nodeBackend().executeMultipleOutputs('Qr', attributes, [columns], 2)
  columns.dispose()
  rest?.dispose()
  if (basis === undefined)
    throw new LabError('internal', 'TensorFlow returned no orthonormal basis.')
  return basis as Tensor2D
}
