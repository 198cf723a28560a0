import { itemAt, present } from '../../../shared/present'
import { layCropGrid } from '../../../shared/evaluation/crop-grid'
import { describeDense, describeMaps, type Network } from '../../../shared/vgg'
import type { PictureViews } from '../data/preparation/tasks'
import type { AskedNetwork } from '../network/asked-network'
import { tapDensely } from '../network/dense'
import type { PlaneBatch } from '../tensors/batches'
import type { HostTensor } from '../tensors/host-tensor'
import type { ShownPass } from './pass-store'

/** A picture that is being shown: its views, and the mean of what they gave so far. */
export interface ShownPicture {
  readonly index: number
  readonly views: PictureViews
  /** `[K]` soft-max outputs, or units of the asked layer; whole once no view is left. */
  readonly sum: Float64Array
  /** Share of each view in the mean, mirrored ones included. */
  readonly shares: Float64Array
  /** Multiply-adds of one view. */
  readonly macs: number
  /** Bytes of one view, and of the maps that it gives where they are asked. */
  readonly bytes: number
  /** Views that are still to be shown. */
  left: number
}

/** One view that the network is to see. */
export interface View {
  readonly picture: ShownPicture
  /** Its place among the picture's views. */
  readonly at: number
}

/** A picture whose views are still to be shown. */
export function beginPicture(
  index: number,
  views: PictureViews,
  pass: ShownPass,
  network: Network,
): ShownPicture {
  const { kind, flip } = pass
  const crops =
    kind === 'crops'
      ? layCropGrid(views.scaledWidth, views.scaledHeight, views.width).map((one) => one.crops)
      : [1]
  const all = flip ? [...crops, ...crops] : crops
  const total = all.reduce((sum, one) => sum + one, 0)
  const shares = Float64Array.from(all, (one) => one / total)
  const sum = new Float64Array(countNumbers(network, pass))
  return { index, views, sum, shares, ...measureView(network, pass, views), left: views.count }
}

/** Numbers that a pass gives for a picture. */
export function countNumbers({ layers, spec }: Network, { layer }: ShownPass): number {
  if (layer === undefined) return spec.classes
  return present(layers.find(({ name }) => name === layer)).output[2]
}

function measureView(
  { spec, macs }: Network,
  { kind, layer }: ShownPass,
  { height, width, pixels, count }: PictureViews,
): Pick<ShownPicture, 'macs' | 'bytes'> {
  const bytes = pixels.length / count
  if (kind !== 'dense') return { macs, bytes }
  const maps = describeMaps(spec, height, width)
  const last = maps.findIndex(({ name }) => name === layer)
  if (last < 0) return { macs: describeDense(spec, height, width).macs, bytes }
  const run = maps.slice(0, last + 1)
  const [rows, columns, channels] = present(run.at(-1)).output
  return {
    macs: run.reduce((all, one) => all + one.macs, 0),
    bytes: bytes + rows * columns * channels * Float32Array.BYTES_PER_ELEMENT,
  }
}

/**
 * Shows views to the network, in one session call where they have one size, and adds its soft-max outputs,
 * or the units of the asked layer, to those of their pictures.
 */
export function showViews(
  network: AskedNetwork,
  { kind, layer }: ShownPass,
  views: readonly View[],
): void {
  if (kind === 'dense') showWhole(network, views, layer)
  else addRows(views, network.infer(joinViews(views)).data)
}

/**
 * The fully convolutional pass: the class score map, averaged over space, then the soft-max; or another
 * layer's maps, averaged over space.
 */
function showWhole(network: AskedNetwork, views: readonly View[], layer?: string): void {
  const bySize = new Map<string, View[]>()
  for (const view of views) {
    const { height, width } = view.picture.views
    const key = `${height}x${width}`
    bySize.set(key, [...(bySize.get(key) ?? []), view])
  }
  const groups = [...bySize.values()]
  const maps = tapDensely(network, groups.map(joinViews), layer ?? 'fc8')
  const finish = layer === undefined ? softmax : (means: Float64Array) => means
  groups.forEach((group, index) => addRows(group, averageMap(itemAt(maps, index), finish)))
}

/** `[N, h, w, K]` averaged over space, then finished: `[N, K]`. */
function averageMap(
  { shape, data }: HostTensor,
  finish: (means: Float64Array) => Float64Array,
): Float32Array {
  const [count = 0, height = 0, width = 0, classes = 0] = shape
  const places = height * width
  const rows = new Float32Array(count * classes)
  for (let row = 0; row < count; row++) {
    const mean = new Float64Array(classes)
    for (let place = row * places; place < (row + 1) * places; place++) {
      for (let index = 0; index < classes; index++) {
        mean[index] = present(mean[index]) + present(data[place * classes + index]) / places
      }
    }
    rows.set(finish(mean), row * classes)
  }
  return rows
}

/** Probabilities of scores; of a diverged network they are no numbers. */
export function softmax(scores: Float64Array): Float64Array {
  let largest = -Infinity
  for (const score of scores) largest = Math.max(largest, score)
  const powers = scores.map((score) => Math.exp(score - largest))
  const sum = powers.reduce((all, power) => all + power, 0)
  return powers.map((power) => power / sum)
}

/** Views of one size as one batch; no copy where they lie one behind the other. */
function joinViews(views: readonly View[]): PlaneBatch {
  const { height, width } = itemAt(views, 0).picture.views
  const each = height * width * 3
  const pixelsOf = ({ picture, at }: View): Uint8Array =>
    picture.views.pixels.subarray(at * each, (at + 1) * each)
  const [first] = views
  if (views.length === 1 && first !== undefined) {
    return { count: 1, height, width, pixels: pixelsOf(first) }
  }
  const pixels = new Uint8Array(views.length * each)
  views.forEach((view, row) => pixels.set(pixelsOf(view), row * each))
  return { count: views.length, height, width, pixels }
}

/** @param values - `[views, K]` */
function addRows(views: readonly View[], values: Float32Array): void {
  const count = values.length / views.length
  views.forEach(({ picture, at }, row) => {
    const share = present(picture.shares[at])
    for (let index = 0; index < count; index++) {
      const value = present(values[row * count + index])
      picture.sum[index] = present(picture.sum[index]) + share * value
    }
    picture.left -= 1
  })
}
