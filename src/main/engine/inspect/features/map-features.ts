import { LabError, type FeatureMetric, type MapMethod } from '../../../../shared/contract'
import { createProgressMeter, throwIfCancelled, type WorkOptions } from '../../work/progress-meter'
import { takeTurn } from '../../work/take-turn'
import { itemAt, present } from '../../../../shared/present'
import { embedUmap } from './embed-umap'
import { normaliseRows } from './nearest'
import { findNeighbourGraph } from './neighbour-graph'
import type { FeatureSet } from './picture-features'
import { findFeatureComponents } from './principal-components'

/** How a map is made. */
export interface MapOptions {
  readonly metric: FeatureMetric
  readonly method: MapMethod
  /** Neighbours of each point that its place is made from, itself included. */
  readonly neighbours: number
  readonly minDist: number
  readonly seed: number
}

/** Points in the plane. */
export interface MappedFeatures {
  /** `[N, 2]` */
  readonly points: Float32Array
  readonly explained: readonly [number, number] | null
}

/** Directions that neighbours are sought along: beyond them there is mostly noise. */
const COMPONENTS = 50
/** Half the width that UMAP begins with. */
const START_EXTENT = 10

/**
 * Places features in the plane: by their two principal components, or by UMAP over the exact
 * neighbours along the first fifty, from the principal components on. Seeded: the same features give
 * the same map.
 * @throws LabError `bad-input` for fewer than three pictures; `cancelled`
 */
export async function mapFeatures(
  { rows, dims }: Pick<FeatureSet, 'rows' | 'dims'>,
  { metric, method, neighbours, minDist, seed }: MapOptions,
  work: WorkOptions,
): Promise<MappedFeatures> {
  const total = rows.length / dims
  if (total < 3) {
    throw new LabError('bad-input', `Expected at least 3 pictures to map, got ${total}.`)
  }
  const turn = async (): Promise<void> => {
    await takeTurn()
    throwIfCancelled(work.signal, 'Embedding')
  }
  const compared = metric === 'cosine' ? normaliseRows(rows, dims) : rows
  await turn()
  const wanted = method === 'pca' ? 2 : COMPONENTS
  const components = await findFeatureComponents(compared, dims, wanted, seed, turn)
  const plane = takeTwo(components.scores, components.count)
  if (method === 'pca') {
    const { explained } = components
    return { points: plane, explained: [itemAt(explained, 0), itemAt(explained, 1)] }
  }
  const meter = createProgressMeter('Neighbours', total, work)
  const { scores, count } = components
  const graph = await findNeighbourGraph(
    scores,
    count,
    Math.min(neighbours, total - 1),
    async (size) => {
      await turn()
      meter.advance(size)
    },
  )
  const largest = plane.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
  const start = plane.map((value) => (value / largest) * START_EXTENT)
  return { points: await embedUmap({ graph, start, minDist, seed }, work), explained: null }
}

function takeTwo(scores: Float32Array, count: number): Float32Array {
  const total = scores.length / count
  return Float32Array.from({ length: 2 * total }, (_, at) =>
    at % 2 < count ? present(scores[Math.floor(at / 2) * count + (at % 2)]) : 0,
  )
}
