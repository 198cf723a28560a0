import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { EffectiveField, ModelRef } from '../../../shared/contract'
import { present } from '../../../shared/present'
import { INPUT_CHANNELS } from '../../../shared/vgg'
import { throwIfCancelled, type WorkOptions } from '../work/progress-meter'
import { BoundedMap } from '../work/bounded-map'
import type { Unit } from '../network/asked-network'
import { checkUnit } from '../network/unit-feed'
import { makeBatch } from './ask-model'
import type { ModelRegistry } from './model-registry'
import { walkPictures } from './walk-pictures'

/** One unit of one network, and the pictures to average over (absolute paths). */
export interface EffectiveFieldRequest extends Unit {
  readonly model: ModelRef
  readonly images: readonly string[]
}

/** What a finished measurement gives, to be given again. */
type Measured = Pick<EffectiveField, 'size' | 'data' | 'images'>

/** Most answers that are kept; one of 512 pixels is 1 MiB. */
const KEPT_FIELDS = 32
const LABEL = 'Effective receptive field'

/**
 * Measures effective receptive fields: the gradient of one unit before its ReLU with respect to the
 * preprocessed input, its absolute value summed over RGB, averaged over pictures. The unit is taken
 * before its ReLU, since one that is not active has no gradient after it; the ReLUs below stop what
 * they stop. Max-pooling passes the gradient to the largest of each window alone, so that one
 * picture's field has holes that the mean over many fills.
 */
export class EffectiveFields {
  readonly #kept = new BoundedMap<string, Measured>({ entries: KEPT_FIELDS })

  readonly #models: ModelRegistry
  readonly #isTraining: () => boolean

  /** @param isTraining - whether a run is in training now, which this work then gives way to */
  constructor(models: ModelRegistry, isTraining: () => boolean) {
    this.#models = models
    this.#isTraining = isTraining
  }

  /**
   * One session call for each picture, with turns of the event loop between them. Asked of a network
   * in training, each picture meets the weights of its moment; only an answer by one set of weights
   * is kept.
   * @throws LabError `bad-input` for an unknown unit; `unreadable` or `not-found` when no
   *   picture can be read; `cancelled`.
   */
  async measure(request: EffectiveFieldRequest, work: WorkOptions): Promise<EffectiveField> {
    const startedMs = performance.now()
    const { layer, row, column, channel } = request
    const unit: Unit = { layer, row, column, channel }
    const asked = await this.#models.use(request.model, (model) => {
      checkUnit(model.network.network, unit)
      return { weights: model.weights, size: model.preprocessing.inputSize }
    })
    const key = await makeKey(asked.weights, unit, request.images)
    throwIfCancelled(work.signal, LABEL)
    let measured = this.#kept.get(key)
    if (measured === undefined) {
      const made = await this.#average(request, unit, asked.size, work)
      measured = made.measured
      if (made.isOfOneSet) this.#kept.set(key, measured)
    }
    return { ...unit, ...measured, elapsedMs: performance.now() - startedMs }
  }

  async #average(
    request: EffectiveFieldRequest,
    unit: Unit,
    size: number,
    work: WorkOptions,
  ): Promise<{ measured: Measured; isOfOneSet: boolean }> {
    const sum = new Float64Array(size * size)
    const { count, isOfOneSet } = await walkPictures(
      this.#models,
      this.#isTraining,
      { model: request.model, images: request.images, label: LABEL },
      work,
      ({ network }, pictures) => {
        for (const { fitted } of pictures)
          addMagnitudes(sum, network.unitGradient(makeBatch(fitted), unit).data)
      },
    )
    const data = Float32Array.from(sum, (total) => total / count)
    return { measured: { size, data, images: count }, isOfOneSet }
  }
}

/** Adds the absolute values of `[1, size, size, 3]`, summed over the last axis. */
function addMagnitudes(sum: Float64Array, gradient: Float32Array): void {
  for (let pixel = 0; pixel < sum.length; pixel++) {
    let magnitude = 0
    for (let channel = 0; channel < INPUT_CHANNELS; channel++)
      magnitude += Math.abs(present(gradient[pixel * INPUT_CHANNELS + channel]))
    sum[pixel] = present(sum[pixel]) + magnitude
  }
}

/** The same for the same question on the same weights and the same files, as they are now. */
async function makeKey(weights: string, unit: Unit, images: readonly string[]): Promise<string> {
  const files = await Promise.all(
    images.map((image) =>
      stat(image).then(
        ({ mtimeMs, size }) => [image, mtimeMs, size],
        () => [image],
      ),
    ),
  )
  const { layer, row, column, channel } = unit
  const question = JSON.stringify([weights, layer, row, column, channel, files])
  return createHash('sha256').update(question).digest('hex')
}
