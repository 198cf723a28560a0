import {
  LabError,
  type Attribution,
  type EncodedPicture,
  type EngineCalls,
  type ErrorInfo,
  type Evaluation,
  type ModelRef,
  type Prediction,
  type ScoreMap,
} from '../../../shared/contract'
import { present } from '../../../shared/present'
import { describeNetwork, hasFilters } from '../../../shared/vgg'
import { callEngine, type CallOptions } from '../lib/engine/bridge'
import type { EvaluatedPictures } from './evaluated-pictures.svelte'
import { Question } from './question.svelte'

/** Longest side of the picture that is shown large. */
const PICTURE_PX = 640
/** How long a picture stays before the network is asked: keys that are held go by more quickly. */
const SETTLE_MS = 120

/** What is laid over the picture. */
export type PictureOverlay = 'none' | 'grad-cam' | 'score-map'

/** An answer, with what it is of. */
interface Answer<T> {
  readonly of: string
  readonly value: T
}

/** Grad-CAM of a class, with the picture as the network saw it. */
export interface ClassEvidence {
  readonly map: Attribution
  readonly input: Prediction['input']
}

type RunModel = EngineCalls['evaluate.scoreMap']['args']['model']

/** One picture of an evaluation, looked at closely: what the network makes of it, and why. */
export class EvaluatedPicture {
  readonly #evaluation: () => Evaluation | null
  readonly #pictures: EvaluatedPictures
  readonly #shown = new Question<Answer<EncodedPicture>>()
  readonly #probabilities = new Question<Answer<Float32Array>>()
  readonly #evidence = new Question<Answer<ClassEvidence>>()
  readonly #scoreMap = new Question<Answer<ScoreMap>>()
  overlay = $state<PictureOverlay>('none')
  /** The class that is looked for; null: the predicted one. */
  chosenClass = $state<number | null>(null)
  #modelIndex = $state(0)
  #scale = $state<number | null>(null)

  /** @param evaluation - the one that is looked at */
  constructor(evaluation: () => Evaluation | null, pictures: EvaluatedPictures) {
    this.#evaluation = evaluation
    this.#pictures = pictures
  }

  /** Its index; null where none is chosen. */
  get index(): number | null {
    return this.#pictures.active
  }

  /** The picture itself; null while it is awaited. */
  get picture(): EncodedPicture | null {
    return this.#read(this.#shown, this.#pictureKey)
  }

  /** Probabilities of all classes, `[K]`; null while they are awaited. */
  get probabilities(): Float32Array | null {
    return this.#read(this.#probabilities, this.#pictureKey)
  }

  get evidence(): ClassEvidence | null {
    return this.#read(this.#evidence, this.#evidenceKey)
  }

  get scoreMap(): ScoreMap | null {
    return this.#read(this.#scoreMap, this.#scoreMapKey)
  }

  get isBusy(): boolean {
    return [this.#shown, this.#probabilities, this.#evidence, this.#scoreMap].some(
      ({ isBusy }) => isBusy,
    )
  }

  /** Why something of it is not to be had. */
  get error(): ErrorInfo | null {
    const own = this.#shown.error ?? this.#probabilities.error
    if (this.overlay === 'grad-cam') return own ?? this.#evidence.error
    return own ?? (this.overlay === 'score-map' ? this.#scoreMap.error : null)
  }

  /** The class that overlays are of; -1 in no evaluation. */
  get classIndex(): number {
    const { index } = this
    const predicted = index === null ? -1 : (this.#evaluation()?.pictures.predicted[index] ?? -1)
    return this.chosenClass ?? predicted
  }

  /** Which of the evaluation's networks is asked. */
  get modelIndex(): number {
    const count = this.#evaluation()?.summary.models.length ?? 0
    return this.#modelIndex < count ? this.#modelIndex : 0
  }
  set modelIndex(index: number) {
    this.#modelIndex = index
  }

  /** That network's checkpoint, as the evaluation used it; null in no evaluation. */
  get model(): RunModel | null {
    const model = this.#evaluation()?.summary.models[this.modelIndex]
    if (model === undefined) return null
    return { kind: 'run', folder: model.runFolder, checkpoint: model.checkpoint }
  }

  /** Smallest sides that the score map can be of, in pixels: those of the protocol, and usual ones. */
  get scales(): readonly number[] {
    const evaluation = this.#evaluation()
    const inputSize = evaluation?.summary.models[this.modelIndex]?.inputSize ?? 0
    const usual = [1, 8 / 7, 1.5, 2].map((factor) => Math.round(inputSize * factor))
    const own = evaluation?.summary.spec.protocol.scales ?? []
    return [...own, ...usual.filter((scale) => !own.includes(scale))]
      .filter((scale) => scale >= inputSize)
      .sort((a, b) => a - b)
  }

  /** Smallest side of the picture for the score map, in pixels. */
  get scale(): number {
    const { scales } = this
    const own = this.#evaluation()?.summary.spec.protocol.scales.at(-1)
    const wanted = this.#scale ?? own ?? 0
    return scales.includes(wanted) ? wanted : (scales.at(-1) ?? 0)
  }
  set scale(scale: number) {
    this.#scale = scale
  }

  /** Absolute path; null where none is chosen. */
  get path(): string | null {
    const { index } = this
    return index === null ? null : this.#pictures.pathOf(index)
  }

  /** Asks for what is shown and not yet there. */
  async ask(): Promise<void> {
    const evaluation = this.#evaluation()
    const { index, path, overlay, model } = this
    if (evaluation === null || index === null || path === null || model === null) return
    const { ref } = evaluation.summary
    await Promise.all([
      this.#askOnce(this.#shown, this.#pictureKey, (options) =>
        callEngine('inspect.picture', { image: path, sizePx: PICTURE_PX }, options),
      ),
      this.#askOnce(this.#probabilities, this.#pictureKey, (options) =>
        callEngine('evaluate.picture', { ref, picture: index }, options),
      ),
      overlay === 'grad-cam' &&
        this.#askOnce(this.#evidence, this.#evidenceKey, (options) =>
          this.#explain(model, path, evaluation, options),
        ),
      overlay === 'score-map' &&
        this.#askOnce(this.#scoreMap, this.#scoreMapKey, async (options) => {
          await settle(options)
          const { scale } = this
          return callEngine('evaluate.scoreMap', { model, image: path, scale }, options)
        }),
    ])
  }

  /** Gives up what is asked: nobody looks any more. */
  cancel(): void {
    for (const question of [this.#shown, this.#probabilities, this.#evidence, this.#scoreMap])
      question.cancel()
  }

  get #pictureKey(): string {
    return JSON.stringify([this.#evaluation()?.summary.ref, this.index])
  }

  get #evidenceKey(): string {
    return JSON.stringify([this.#pictureKey, this.model, this.classIndex])
  }

  get #scoreMapKey(): string {
    return JSON.stringify([this.#pictureKey, this.model, this.scale])
  }

  async #explain(
    model: ModelRef,
    image: string,
    evaluation: Evaluation,
    options: CallOptions,
  ): Promise<ClassEvidence> {
    const name = present(evaluation.classNames[this.classIndex])
    await settle(options)
    const { network, classNames } = await callEngine('model.describe', { model }, options)
    const classIndex = classNames.indexOf(name)
    const layer = describeNetwork(network).layers.filter(hasFilters).at(-1)?.name
    if (classIndex < 0 || layer === undefined) {
      throw new LabError(
        'bad-input',
        `Expected a network with a convolution and the class ${name}, got one without.`,
        'Choose another class or network.',
      )
    }
    const { input } = await callEngine('inspect.predict', { model, image }, options)
    const method = { kind: 'grad-cam', layer } as const
    const args = { model, image, classIndex, method }
    return { map: await callEngine('inspect.attribution', args, options), input }
  }

  #read<T>(question: Question<Answer<T>>, key: string): T | null {
    return question.value?.of === key ? question.value.value : null
  }

  async #askOnce<T>(
    question: Question<Answer<T>>,
    key: string,
    work: (options: CallOptions) => Promise<T>,
  ): Promise<void> {
    if (question.value?.of === key) return
    await question.ask(async (options) => ({ of: key, value: await work(options) }))
  }
}

/** @throws LabError `cancelled` when another picture is looked at meanwhile. */
async function settle({ signal }: CallOptions): Promise<void> {
  await new Promise((done) => setTimeout(done, SETTLE_MS))
  if (signal?.aborted) throw new LabError('cancelled', 'Another picture was chosen.')
}
