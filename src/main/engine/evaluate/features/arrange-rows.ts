import { present } from '../../../../shared/present'
import type { DenseFeatureSpec } from '../../../../shared/contract/dense-features'

/** A network's numbers of one picture at one scale, and where they go. */
export interface RowPart {
  /** `[C]` */
  readonly values: Float32Array
  /** Place of the network and of the scale. */
  readonly model: number
  readonly scale: number
}

/** How the numbers of networks and scales make a row. */
export interface RowLayout {
  /** D */
  readonly dims: number
  /** Where each network's part begins, with the end of the last: one more than there are networks. */
  readonly bounds: readonly number[]
  readonly combine: DenseFeatureSpec['combine']
  readonly scales: number
}

/**
 * Lays out rows: networks side by side; of each, one block that averages the scales, or a block a scale.
 * @param channels - numbers that each network's layer gives
 */
export function layRows(
  channels: readonly number[],
  scales: number,
  combine: DenseFeatureSpec['combine'],
): RowLayout {
  const blocks = combine === 'stack' ? scales : 1
  const bounds = [0]
  for (const own of channels) bounds.push(present(bounds.at(-1)) + own * blocks)
  return { dims: present(bounds.at(-1)), bounds, combine, scales }
}

/** Puts a part into its picture's row, `[D]`. */
export function addPart(
  row: Float32Array,
  layout: RowLayout,
  { values, model, scale }: RowPart,
): void {
  const first = present(layout.bounds[model])
  if (layout.combine === 'stack') {
    row.set(values, first + scale * values.length)
    return
  }
  values.forEach((value, at) => {
    row[first + at] = present(row[first + at]) + value / layout.scales
  })
}

/** Scales each network's part of a row to unit length; one of zeros stays. */
export function normaliseRow(row: Float32Array, { bounds }: RowLayout): void {
  for (let model = 0; model + 1 < bounds.length; model++) {
    const part = row.subarray(bounds[model], bounds[model + 1])
    const length = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0))
    if (length === 0) continue
    for (let at = 0; at < part.length; at++) part[at] = present(part[at]) / length
  }
}
