import { LabError, type ModelRef } from '../../../../shared/contract'
import type { WorkOptions } from '../../work/progress-meter'
import { itemAt, present } from '../../../../shared/present'
import { findScalable } from '../../network/scaled-pass'
import type { HostTensor } from '../../tensors/host-tensor'
import type { PictureBatch } from '../../tensors/batches'
import type { Tap } from '../../network/asked-network'
import { makeBatch } from '../ask-model'
import type { ChosenPicture } from '../choose-pictures'
import type { ModelRegistry } from '../model-registry'
import type { AskedModel } from '../asked-model'
import { chooseVisitSize } from '../visit-size'
import { walkPictures } from '../walk-pictures'

/** The features of some pictures at one layer. */
export interface FeatureSet {
  /** Numbers of a feature, D. */
  readonly dims: number
  /** `[N, D]` */
  readonly rows: Float32Array
  /** The N pictures that could be read. */
  readonly pictures: readonly ChosenPicture[]
  /** `[N]`: index of the most probable class. */
  readonly predicted: Uint16Array
  /** Whether all pictures met one set of weights: a network in training changes. */
  readonly isOfOneSet: boolean
}

/** What features are asked of. */
export interface FeatureRequest {
  readonly model: ModelRef
  readonly layer: string
  readonly pictures: readonly ChosenPicture[]
  /** The same while the data set is: it was scanned once. */
  readonly dataset: object
}

/** All sets that are kept together are at most as large; a larger one is kept alone. */
const KEPT_BYTES = 512 * 2 ** 20
const PROBABILITIES: Tap = { layer: 'prob', stage: 'output' }

interface KeptSet {
  readonly key: string
  readonly dataset: object
  readonly set: FeatureSet
}

/** Features of pictures, kept for the next question about the same weights, layer and pictures. */
export class PictureFeatures {
  /** The one used last comes last. */
  #kept: KeptSet[] = []

  readonly #models: ModelRegistry
  readonly #isTraining: () => boolean

  constructor(models: ModelRegistry, isTraining: () => boolean) {
    this.#models = models
    this.#isTraining = isTraining
  }

  /**
   * The features of pictures, centre crop, a few pictures a session call.
   * @throws LabError `bad-input` for an unknown layer; `unreadable` or `not-found` when no
   *   picture can be read; `cancelled`.
   */
  async measure(request: FeatureRequest, work: WorkOptions): Promise<FeatureSet> {
    const { model: ref, layer, pictures, dataset } = request
    const asked = await this.#models.use(ref, ({ network, weights }) => ({
      dims: findScalable(network.network, layer).output[2],
      batch: chooseVisitSize(network.network),
      weights,
    }))
    const key = JSON.stringify([asked.weights, layer, pictures.map(({ image }) => image)])
    const known = this.#kept.find((kept) => kept.key === key && kept.dataset === dataset)
    if (known !== undefined) {
      this.#keep(known)
      return known.set
    }
    const { dims, batch } = asked
    const rows = new Float32Array(pictures.length * dims)
    const predicted = new Uint16Array(pictures.length)
    const read: ChosenPicture[] = []
    const images = pictures.map(({ image }) => image)
    const { isOfOneSet } = await walkPictures(
      this.#models,
      this.#isTraining,
      { model: ref, images, batch, label: `Features of ${layer}` },
      work,
      (model, walked) => {
        const shown = makeBatch(...walked.map(({ fitted }) => fitted))
        const { features, classes } = readFeatures(model, shown, layer)
        walked.forEach(({ index }, row) => {
          rows.set(features.subarray(row * dims, (row + 1) * dims), read.length * dims)
          predicted[read.length] = present(classes[row])
          read.push(itemAt(pictures, index))
        })
      },
    )
    const set: FeatureSet = {
      dims,
      rows: rows.subarray(0, read.length * dims),
      pictures: read,
      predicted: predicted.subarray(0, read.length),
      isOfOneSet,
    }
    if (isOfOneSet) this.#keep({ key, dataset, set })
    return set
  }

  #keep(kept: KeptSet): void {
    this.#kept = [...this.#kept.filter((one) => one !== kept && one.dataset === kept.dataset), kept]
    const bytes = (): number => this.#kept.reduce((sum, { set }) => sum + set.rows.byteLength, 0)
    while (this.#kept.length > 1 && bytes() > KEPT_BYTES) this.#kept.shift()
  }
}

/** `[N, D]` features and the most probable class of each picture. */
export function readFeatures(
  { network }: AskedModel,
  batch: PictureBatch,
  layer: string,
): { readonly features: Float32Array; readonly classes: readonly number[] } {
  const taps: Tap[] = [{ layer, stage: 'output' }, PROBABILITIES]
  const [output, probabilities] = network.tap(batch, taps)
  if (output === undefined || probabilities === undefined)
    throw new LabError('internal', `Expected the output of ${layer}, got none.`)
  return { features: poolMaps(output), classes: findFirst(probabilities) }
}

/** `[N, H, W, C]` averaged over the map to `[N, C]`; `[N, units]` as it is. */
function poolMaps({ shape, data }: HostTensor): Float32Array {
  if (shape.length === 2) return data
  const [count, height] = [itemAt(shape, 0), itemAt(shape, 1)]
  const [width, channels] = [itemAt(shape, 2), itemAt(shape, 3)]
  const pooled = new Float32Array(count * channels)
  const sums = new Float64Array(channels)
  for (let picture = 0; picture < count; picture++) {
    sums.fill(0)
    const first = picture * height * width * channels
    for (let place = 0; place < height * width; place++) {
      for (let channel = 0; channel < channels; channel++)
        sums[channel] = present(sums[channel]) + present(data[first + place * channels + channel])
    }
    for (let channel = 0; channel < channels; channel++)
      pooled[picture * channels + channel] = present(sums[channel]) / (height * width)
  }
  return pooled
}

/** The index of each row's largest value, the first of equal ones. */
function findFirst({ shape, data }: HostTensor): number[] {
  const [count, classes] = [itemAt(shape, 0), itemAt(shape, 1)]
  return Array.from({ length: count }, (_, row) => {
    let best = 0
    for (let index = 1; index < classes; index++) {
      if (present(data[row * classes + index]) > present(data[row * classes + best])) best = index
    }
    return best
  })
}
