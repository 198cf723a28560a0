import type { FeatureMetric } from '../../../../shared/contract'
import { present } from '../../../../shared/present'

/** A row of a table of features and how far it is away. */
export interface NearRow {
  readonly row: number
  readonly distance: number
}

/**
 * The rows of `[N, D]` that are nearest to a feature, the nearest first, of equal ones the lower row.
 * A feature of zeros has no direction: its cosine distance is 1 from all.
 */
export function findNearest(
  rows: Float32Array,
  query: Float32Array,
  metric: FeatureMetric,
  count: number,
): NearRow[] {
  const dims = query.length
  const total = rows.length / dims
  const found: NearRow[] = []
  const measure = metric === 'cosine' ? cosineDistance : euclideanDistance
  for (let row = 0; row < total; row++)
    found.push({ row, distance: measure(rows, row * dims, query) })
  return found.sort((a, b) => a.distance - b.distance || a.row - b.row).slice(0, count)
}

function euclideanDistance(rows: Float32Array, first: number, query: Float32Array): number {
  let sum = 0
  for (let at = 0; at < query.length; at++) {
    const difference = present(rows[first + at]) - present(query[at])
    sum += difference * difference
  }
  return Math.sqrt(sum)
}

function cosineDistance(rows: Float32Array, first: number, query: Float32Array): number {
  let product = 0
  let own = 0
  let other = 0
  for (let at = 0; at < query.length; at++) {
    const [a, b] = [present(rows[first + at]), present(query[at])]
    product += a * b
    own += a * a
    other += b * b
  }
  return own === 0 || other === 0 ? 1 : 1 - product / Math.sqrt(own * other)
}

/** The rows at unit length, zeros as they are: their Euclidean distances order as cosine ones do. */
export function normaliseRows(rows: Float32Array, dims: number): Float32Array {
  const unit = new Float32Array(rows.length)
  for (let first = 0; first < rows.length; first += dims) {
    let sum = 0
    for (let at = first; at < first + dims; at++) sum += present(rows[at]) ** 2
    const length = Math.sqrt(sum) || 1
    for (let at = first; at < first + dims; at++) unit[at] = present(rows[at]) / length
  }
  return unit
}
