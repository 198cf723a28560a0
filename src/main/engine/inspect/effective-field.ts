import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { LabError, type EffectiveField, type ModelRef } from '../../../shared/contract'
import { INPUT_CHANNELS } from '../../../shared/vgg'
import { fitPicture } from '../data/fit-picture'
import { createProgressMeter, throwIfCancelled } from '../data/progress-meter'
import type { FitOptions, WorkOptions } from '../data/types'
import type { Unit } from '../network/types'
import { checkUnit } from '../network/unit-feed'
import { makeBatch } from './ask-model'
import type { FittedPicture } from './fitted-picture-cache'
import type { AskedModel, ModelRegistry } from './model-registry'

/** One unit of one network, and the pictures to average over (absolute paths). */
export interface EffectiveFieldRequest extends Unit {
  readonly model: ModelRef
  readonly images: readonly string[]
}

/** What a finished measurement gives, to be given again. */
type Measured = Pick<EffectiveField, 'size' | 'data' | 'images'>

type Decoded = { readonly fitted: FittedPicture } | { readonly failure: unknown }

/** Most answers that are kept; one of 512 pixels is 1 MiB. */
const KEPT_FIELDS = 32
/** Share of the time that it may take from a run in training. */
const MAX_SHARE = 0.25
const LABEL = 'Effective receptive field'

/**
 * Measures effective receptive fields: the gradient of one unit before its ReLU with respect to the
 * preprocessed input, its absolute value summed over RGB, averaged over pictures. The unit is taken
 * before its ReLU, since one that is not active has no gradient after it; the ReLUs below stop what
 * they stop. Max-pooling passes the gradient to the largest of each window alone, so that one
 * picture's field has holes that the mean over many fills.
 */
export class EffectiveFields {
  readonly #kept = new Map<string, Measured>()

  /** @param isTraining - whether a run is in training now, which this work then gives way to */
  constructor(
    private readonly models: ModelRegistry,
    private readonly isTraining: () => boolean,
  ) {}

  /**
   * One session call for each picture, with turns of the event loop between them. Asked of a network
   * in training, each picture meets the weights of its moment; only an answer by one set of weights
   * is kept.
   * @throws LabError `bad-input` for a unit that there is not; `unreadable` or `not-found` when no
   *   picture can be read; `cancelled`.
   */
  async measure(request: EffectiveFieldRequest, work: WorkOptions): Promise<EffectiveField> {
    const startedMs = performance.now()
    const { layer, row, column, channel } = request
    const unit: Unit = { layer, row, column, channel }
    const asked = await this.models.use(request.model, (model) => {
      checkUnit(model.network.network, unit)
      return describeAsked(model)
    })
    const key = await makeKey(asked.weights, unit, request.images)
    throwIfCancelled(work.signal, LABEL)
    let measured = this.#kept.get(key)
    if (measured === undefined) {
      const made = await this.#average(request, unit, asked, work)
      measured = made.measured
      if (made.isOfOneSet) this.#keep(key, measured)
    } else {
      this.#keep(key, measured)
    }
    return { ...unit, ...measured, elapsedMs: performance.now() - startedMs }
  }

  async #average(
    request: EffectiveFieldRequest,
    unit: Unit,
    asked: Asked,
    work: WorkOptions,
  ): Promise<{ measured: Measured; isOfOneSet: boolean }> {
    const { images } = request
    const { inputSize: size } = asked.fit
    const sum = new Float64Array(size * size)
    const meter = createProgressMeter(LABEL, images.length, work)
    meter.advance(0)
    let count = 0
    let isOfOneSet = true
    let failure: unknown
    // The next picture is decoded in libuv's pool while the network works on this one.
    let next = decode(images[0], asked.fit)
    for (let index = 0; index < images.length; index++) {
      const decoded = await next
      if (index + 1 < images.length) next = decode(images[index + 1], asked.fit)
      if ('failure' in decoded) {
        failure ??= decoded.failure
      } else {
        throwIfCancelled(work.signal, LABEL)
        const tookMs = await this.models.use(request.model, (model) => {
          const startedMs = performance.now()
          requireSameRun(model, asked)
          isOfOneSet &&= model.weights === asked.weights
          addMagnitudes(sum, model.network.unitGradient(makeBatch(decoded.fitted), unit).data)
          return performance.now() - startedMs
        })
        count++
        await this.#giveWay(tookMs, work)
      }
      meter.advance()
    }
    if (count === 0) throw failure
    meter.finish()
    const data = Float32Array.from(sum, (total) => total / count)
    return { measured: { size, data, images: count }, isOfOneSet }
  }

  /** A turn for whoever waits; with a run in training, as long as keeps the share. */
  async #giveWay(tookMs: number, { signal }: WorkOptions): Promise<void> {
    const waitMs = this.isTraining() ? tookMs * (1 / MAX_SHARE - 1) : 0
    await wait(waitMs, undefined, signal && { signal }).catch(() => throwIfCancelled(signal, LABEL))
  }

  #keep(key: string, measured: Measured): void {
    this.#kept.delete(key)
    this.#kept.set(key, measured)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > KEPT_FIELDS && oldest !== undefined) this.#kept.delete(oldest)
  }
}

/** What of the model holds for the whole measurement. */
interface Asked {
  readonly fit: FitOptions
  readonly runFolder: string
  readonly weights: string
}

function describeAsked({ preprocessing, smallestSidePx, runFolder, weights }: AskedModel): Asked {
  const { inputSize } = preprocessing
  return { fit: { inputSize, smallestSide: smallestSidePx }, runFolder, weights }
}

/** The run in training may end between two pictures, and another begin. */
function requireSameRun({ runFolder }: AskedModel, asked: Asked): void {
  if (runFolder === asked.runFolder) return
  throw new LabError(
    'busy',
    `Expected ${asked.runFolder} to stay the run in training; ${runFolder} took its place.`,
    'Ask again.',
  )
}

/** A picture as the network's input, or why there is none; never rejects. */
async function decode(image: string | undefined, options: FitOptions): Promise<Decoded> {
  try {
    return { fitted: await fitPicture(image ?? '', options) }
  } catch (failure) {
    return { failure }
  }
}

/** Adds the absolute values of `[1, size, size, 3]`, summed over the last axis. */
function addMagnitudes(sum: Float64Array, gradient: Float32Array): void {
  for (let pixel = 0; pixel < sum.length; pixel++) {
    let magnitude = 0
    for (let channel = 0; channel < INPUT_CHANNELS; channel++)
      magnitude += Math.abs(gradient[pixel * INPUT_CHANNELS + channel] ?? 0)
    sum[pixel] = (sum[pixel] ?? 0) + magnitude
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
