import { parentPort, workerData } from 'node:worker_threads'
import { UMAP } from 'umap-js'
import { present } from '../../../../shared/present'
import { keyedRandom } from '../../random'
import type { NeighbourGraph } from './neighbour-graph'

/* The script of a thread that lays out one map. It is ended to cancel it. */

/** What is laid out, and how. */
export interface UmapTask {
  readonly graph: NeighbourGraph
  /** `[N, 2]`: where the points begin. */
  readonly start: Float32Array
  /** How close points may lie to each other in the plane; the field's `min_dist`. */
  readonly minDist: number
  readonly seed: number
}

/** What the thread reports after each epoch; the points come last. */
export interface UmapReply {
  readonly done: number
  readonly total: number
  readonly points: Float32Array | null
}

const { graph, start, minDist, seed } = workerData as UmapTask
const { count: k, indices, distances } = graph
const total = indices.length / k
const rowsOf = (values: Int32Array | Float32Array): number[][] =>
  Array.from({ length: total }, (_, row) => Array.from(values.subarray(row * k, (row + 1) * k)))

const umap = new UMAP({
  nNeighbors: k,
  minDist,
  random: keyedRandom('embedding', seed).uniform,
})
umap.setPrecomputedKNN(rowsOf(indices), rowsOf(distances))
// With its neighbours given, only the number of points is taken from the points themselves.
const epochs = umap.initializeFit(Array.from({ length: total }, () => [0]))
// The library begins at random; what is far apart is placed better from principal components.
const layout = umap.getEmbedding()
layout.forEach((point, row) => {
  point[0] = present(start[2 * row])
  point[1] = present(start[2 * row + 1])
})
const tell = (reply: UmapReply): void => parentPort?.postMessage(reply)
for (let epoch = 0; epoch < epochs; epoch++) {
  umap.step()
  tell({ done: epoch + 1, total: epochs, points: null })
}
tell({ done: epochs, total: epochs, points: Float32Array.from(umap.getEmbedding().flat()) })
