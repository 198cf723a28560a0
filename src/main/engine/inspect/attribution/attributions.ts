import { createHash } from 'node:crypto'
import {
  LabError,
  type Attribution,
  type AttributionMethod,
  type AttributionQuestion,
  type Faithfulness,
  type ModelRef,
  type SanityCheck,
} from '../../../../shared/contract'
import { resizeBilinear } from '../../../../shared/resize-map'
import { createProgressMeter, throwIfCancelled, type WorkOptions } from '../../work/progress-meter'
import { BoundedMap } from '../../work/bounded-map'
import { keyedRandom, shuffle } from '../../random'
import { compileNetwork } from '../../network'
import type { AskedNetwork, ChannelScales } from '../../network/asked-network'
import type { CompiledNetwork } from '../../network/compiled-network'
import { checkClass } from '../../network/score-feed'
import type { FittedPictureCache } from '../fitted-picture-cache'
import type { ModelRegistry } from '../model-registry'
import type { AskedModel } from '../asked-model'
import type { Ask, AskedWork } from './ask'
import { measureFaithfulness, orderPixels } from './faithfulness'
import { checkPlane, computeAttribution } from './methods'
import { prepareSubject, type ComputedAttribution, type Subject } from './subject'
import { checkPatch, countPlaces } from './occlusion'
import { randomiseDown } from './randomised-weights'

type Question = Omit<AttributionQuestion, 'method'>

/** A network whose weights do not change during the work, and the picture for it. */
interface Held {
  readonly ask: Ask
  readonly scales: ChannelScales
  readonly subject: Subject
  readonly step: number | null
  /** Names weights, picture and class. */
  readonly key: string
}

/** Most maps that are kept; one of 224 pixels is 200 KB. */
const KEPT_MAPS = 32
/** The two pictures at the ends of the way. */
const ENDS = 2

/**
 * Says why a class was predicted: maps, how faithful they are, and whether they depend on the weights.
 * One session call takes about half a second at most, with a turn of the event loop after it. Of a
 * network in training a copy is asked where one call is not enough: it trains on undisturbed.
 */
export class Attributions {
  readonly #kept = new BoundedMap<string, ComputedAttribution>({ entries: KEPT_MAPS })

  readonly #models: ModelRegistry
  readonly #pictures: FittedPictureCache
  readonly #isTraining: () => boolean

  /** @param isTraining - whether a run is in training now, which this work then gives way to */
  constructor(models: ModelRegistry, pictures: FittedPictureCache, isTraining: () => boolean) {
    this.#models = models
    this.#pictures = pictures
    this.#isTraining = isTraining
  }

  /**
   * A map of what the class's score comes from; the last ones are kept.
   * @throws LabError `bad-input`, `not-found`, `unreadable`, `cancelled`
   */
  async explain(question: AttributionQuestion, options: WorkOptions): Promise<Attribution> {
    const startedMs = performance.now()
    const { method, classIndex } = question
    const isLong = method.kind === 'integrated' || method.kind === 'occlusion'
    return this.#hold(question, [method], isLong, options, async (held) => {
      const work = this.#work(held, nameMethod(method), countPasses(method, held.subject), options)
      const computed = await this.#compute(held, method, work)
      return {
        ...{ method, classIndex, ...computed, step: held.step },
        elapsedMs: performance.now() - startedMs,
      }
    })
  }

  /**
   * The curves of deletion and insertion for a map, or for pixels in random order.
   * @throws LabError as {@link explain}
   */
  async measureFaithfulness(
    question: Question & { readonly method: AttributionMethod | null; readonly steps: number },
    options: WorkOptions,
  ): Promise<Faithfulness> {
    const startedMs = performance.now()
    const { method, steps } = question
    const methods = method === null ? [] : [method]
    return this.#hold(question, methods, true, options, async (held) => {
      const { subject } = held
      const passes = (method === null ? 0 : countPasses(method, subject)) + 2 * (steps + 1)
      const work = this.#work(held, 'Deletion and insertion', passes, options)
      const order =
        method === null
          ? orderAtRandom(subject.size)
          : orderPixels(spreadOver(await this.#compute(held, method, work), subject.size))
      const measured = await measureFaithfulness(work, subject, order, steps)
      return { ...measured, elapsedMs: performance.now() - startedMs }
    })
  }

  /**
   * The map of a copy of the network whose layers are drawn again from the top down.
   * @throws LabError as {@link explain}
   */
  async checkSanity(
    question: AttributionQuestion & { readonly seed: number },
    options: WorkOptions,
  ): Promise<SanityCheck> {
    const startedMs = performance.now()
    const { method, classIndex, seed, model } = question
    return this.#hold(question, [method], true, options, async (held) => {
      const copy = await this.#compileLike(model)
      try {
        const layers = copy.network.layers.filter(({ weightShape }) => weightShape !== null).length
        const passes = (layers + 1) * countPasses(method, held.subject)
        const work = this.#work(held, 'Randomised weights', passes, options)
        const original = await this.#compute(held, method, work)
        const asked = copy.withScales(held.scales)
        const ofCopy: AskedWork = { ...work, ask: (ask) => Promise.resolve(ask(asked)) }
        const randomised = await randomiseDown(held, copy, seed, original.data, async () => {
          return (await computeAttribution(ofCopy, held.subject, method)).data
        })
        const elapsedMs = performance.now() - startedMs
        const told = { method, classIndex, ...original, step: held.step, elapsedMs }
        return { original: told, randomised, elapsedMs }
      } finally {
        copy.dispose()
      }
    })
  }

  /** Calls `act` with a network that no step of training changes meanwhile. */
  async #hold<T>(
    { model: ref, image, classIndex }: Question,
    methods: readonly AttributionMethod[],
    isLong: boolean,
    { signal }: WorkOptions,
    act: (held: Held) => Promise<T>,
  ): Promise<T> {
    const fit = await this.#models.use(ref, ({ network, fit: options }) => {
      checkClass(network.network, classIndex)
      for (const method of methods) checkMethod(network, method)
      return options
    })
    const fitted = await this.#pictures.fit(image, fit)
    const release = await this.#models.hold(ref)
    let copy: CompiledNetwork | null = null
    try {
      if (ref.kind === 'training' && isLong) copy = await this.#compileLike(ref)
      throwIfCancelled(signal, 'This request')
      const { subject, step, weights, scales } = await this.#models.use(ref, (model) => {
        copy?.setWeights(model.network.getWeights())
        return {
          subject: prepareSubject(model.network, model.preprocessing, fitted, classIndex),
          step: model.step,
          weights: model.weights,
          scales: model.scales,
        }
      })
      const askedOfModel: Ask = (question) =>
        this.#models.use(ref, (model) => {
          requireSameWeights(model, weights)
          return question(model.network)
        })
      const asked = copy?.withScales(scales)
      const picture = createHash('sha256').update(fitted.picture.pixels).digest('hex')
      return await act({
        ask: asked === undefined ? askedOfModel : (question) => Promise.resolve(question(asked)),
        scales,
        subject,
        step,
        key: JSON.stringify([weights, picture, classIndex]),
      })
    } finally {
      copy?.dispose()
      release()
    }
  }

  /** A network of the same kind, without weights; it is fed with what is preprocessed already. */
  async #compileLike(ref: ModelRef): Promise<CompiledNetwork> {
    const options = await this.#models.use(ref, ({ network }) => ({
      spec: network.network.spec,
      precision: network.precision,
      trainable: false,
    }))
    return compileNetwork(options)
  }

  async #compute(
    { key, subject }: Held,
    method: AttributionMethod,
    work: AskedWork,
  ): Promise<ComputedAttribution> {
    const ownKey = `${key}\n${JSON.stringify(method)}`
    const known = this.#kept.get(ownKey)
    if (known !== undefined) work.advance(countPasses(method, subject))
    const computed = known ?? (await computeAttribution(work, subject, method))
    this.#kept.set(ownKey, computed)
    return computed
  }

  #work({ ask }: Held, label: string, passes: number, options: WorkOptions): AskedWork {
    const meter = createProgressMeter(label, passes, options)
    return { ask, isTraining: this.#isTraining, label, options, advance: (by) => meter.advance(by) }
  }
}

/** Pictures that go through the network for a map. */
function countPasses(method: AttributionMethod, { size }: Subject): number {
  if (method.kind === 'integrated') return method.steps + ENDS
  return method.kind === 'occlusion' ? countPlaces(size, method) ** 2 + 1 : 1
}

function checkMethod({ network }: AskedNetwork, method: AttributionMethod): void {
  if (method.kind === 'grad-cam') checkPlane(network, method.layer)
  if (method.kind === 'occlusion') checkPatch(network.spec.inputSize, method)
}

/** A map with a value for each pixel. */
function spreadOver({ data, shape }: ComputedAttribution, size: number): Float32Array {
  return shape[0] === size && shape[1] === size ? data : resizeBilinear(data, shape, [size, size])
}

function orderAtRandom(size: number): Uint32Array {
  const pixels = Array.from({ length: size * size }, (_, pixel) => pixel)
  return Uint32Array.from(shuffle(pixels, keyedRandom('deletion', 1)))
}

function nameMethod({ kind }: AttributionMethod): string {
  if (kind === 'occlusion') return 'Occlusion'
  return kind === 'integrated' ? 'Integrated gradients' : 'Attribution'
}

/** A best checkpoint is another by and by, and a run in training may end. */
function requireSameWeights({ weights }: AskedModel, asked: string): void {
  if (weights === asked) return
  throw new LabError(
    'busy',
    'Expected the weights to stay the same during the computation; newer ones replaced them.',
    'Try again.',
  )
}
