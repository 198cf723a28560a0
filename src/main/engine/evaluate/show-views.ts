import { itemAt, present } from '../../../shared/present'
import type { Pass } from '../../../shared/evaluation/protocol'
import { layCropGrid } from '../../../shared/evaluation/crop-grid'
import { describeDense, type Network } from '../../../shared/vgg'
import type { PictureViews } from '../data/preparation/tasks'
import type { AskedNetwork } from '../network/asked-network'
import { tapDensely } from '../network/dense'
import type { PlaneBatch } from '../tensors/batches'
import type { HostTensor } from '../tensors/host-tensor'

/** A picture that is being shown: its views, and the mean of their soft-max outputs so far. */
export interface ShownPicture {
  readonly index: number
  readonly views: PictureViews
  /** `[K]`; whole once no view is left. */
  readonly sum: Float64Array
  /** Share of each view in the mean, mirrored ones included. */
  readonly shares: Float64Array
  /** Multiply-adds of one view. */
  readonly macs: number
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
  { kind, flip }: Pass,
  network: Network,
): ShownPicture {
  const crops =
    kind === 'crops'
      ? layCropGrid(views.scaledWidth, views.scaledHeight, views.width).map((one) => one.crops)
      : [1]
  const all = flip ? [...crops, ...crops] : crops
  const total = all.reduce((sum, one) => sum + one, 0)
  const shares = Float64Array.from(all, (one) => one / total)
  const macs =
    kind === 'dense' ? describeDense(network.spec, views.height, views.width).macs : network.macs
  const sum = new Float64Array(network.spec.classes)
  return { index, views, sum, shares, macs, left: views.count }
}

/**
 * Shows views to the network, in one session call where they have one size, and adds its soft-max outputs
 * to those of their pictures.
 */
export function showViews(network: AskedNetwork, { kind }: Pass, views: readonly View[]): void {
  if (kind === 'dense') showWhole(network, views)
  else addRows(views, network.infer(joinViews(views)).data)
}

/** The fully convolutional pass: the class score map, averaged over space, then the soft-max. */
function showWhole(network: AskedNetwork, views: readonly View[]): void {
  const bySize = new Map<string, View[]>()
  for (const view of views) {
    const { height, width } = view.picture.views
    const key = `${height}x${width}`
    bySize.set(key, [...(bySize.get(key) ?? []), view])
  }
  const groups = [...bySize.values()]
  const maps = tapDensely(network, groups.map(joinViews), 'fc8')
  groups.forEach((group, index) => addRows(group, averageMap(itemAt(maps, index))))
}

/** `[N, h, w, K]` scores as `[N, K]` probabilities. */
function averageMap({ shape, data }: HostTensor): Float32Array {
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
    rows.set(softmax(mean), row * classes)
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

/** @param probabilities - `[views, K]` */
function addRows(views: readonly View[], probabilities: Float32Array): void {
  const classes = probabilities.length / views.length
  views.forEach(({ picture, at }, row) => {
    const share = present(picture.shares[at])
    for (let index = 0; index < classes; index++) {
      const value = present(probabilities[row * classes + index])
      picture.sum[index] = present(picture.sum[index]) + share * value
    }
    picture.left -= 1
  })
}
