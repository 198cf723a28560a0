import type {
  EncodedPicture,
  EngineCalls,
  ErrorInfo,
  FeatureMaps,
  LastSession,
  LayerGlance,
  ModelRef,
  ModelSummary,
  PictureGlance,
  Prediction,
  UnitReading,
} from '../../../shared/contract'
import type { Ablation } from '../../../shared/spec'
import { describeNetwork, type Network } from '../../../shared/vgg'
import { callEngine, callMain, onEngineEvent } from '../lib/engine/bridge'
import { INSPECT_TOOLS, type InspectTool, type Stage } from '../lib/links/inspect-place'
import { PinnedMaps } from './pinned-maps.svelte'
import { Question } from './question.svelte'

/** Longest side of the picture that is shown beside the maps. */
const PICTURE_PX = 1024

/** A picture looked at through a network: its prediction and the maps of one layer. */
export class InspectState {
  readonly #model = new Question<ModelSummary>()
  readonly #picture = new Question<EncodedPicture>()
  readonly #glance = new Question<PictureGlance>()
  readonly #maps = new Question<FeatureMaps>()
  /** Whether the picture's maps follow the training. */
  readonly pin = new PinnedMaps(() => this.#pinned())
  /** Of the question about a unit that is open. */
  #reading = new AbortController()
  readonly #ablations: () => readonly Ablation[]
  #modelRef = $state.raw<ModelRef | null>(null)
  #image = $state<string | null>(null)
  /** Stands for the picture that is awaited with its network; null while none is. */
  #awaited = $state.raw<object | null>(null)
  #layer = $state('conv1_1')
  #stage = $state<Stage>('output')
  /** The tab that is shown. */
  tool = $state<InspectTool>('maps')
  readonly #largest = $derived.by(() => {
    // Scores and probabilities have units of their own.
    const layers = this.glances.filter(({ layer }) => layer !== 'fc8' && layer !== 'prob')
    const peaks = layers.map(({ max }) => max.reduce((most, value) => Math.max(most, value), 0))
    return peaks.length === 0 ? null : Math.max(...peaks)
  })
  readonly #asked = $derived.by((): ModelRef | null => {
    const model = this.#modelRef
    const ablations = this.#ablations()
    return model === null || ablations.length === 0 ? model : { ...model, ablations }
  })
  readonly #network = $derived(
    this.#model.value === null ? null : describeNetwork(this.#model.value.network),
  )

  /** @param ablations - what the network is asked with */
  constructor(ablations: () => readonly Ablation[] = () => []) {
    this.#ablations = ablations
  }

  /** Which weights are asked; null until one is chosen. */
  get model(): ModelRef | null {
    return this.#modelRef
  }

  /** The chosen weights with the ablations that are on: what questions about the picture are put to. */
  get asked(): ModelRef | null {
    return this.#asked
  }

  /** What the chosen model is; null until it is known. */
  get summary(): ModelSummary | null {
    return this.#model.value
  }

  /** The chosen model's layers, shapes and receptive fields. */
  get network(): Network | null {
    return this.#network
  }

  /** Absolute path of the picture. */
  get image(): string | null {
    return this.#image
  }

  /** Whether weights and a picture are being opened together. */
  get isOpening(): boolean {
    return this.#awaited !== null
  }

  /** Whether somebody chose a picture: one is there, is being opened, or could not be. */
  get isPictureAsked(): boolean {
    return this.#image !== null || this.#picture.isBusy || this.#picture.error !== null
  }

  /** The picture for display, orientation applied. */
  get picture(): EncodedPicture | null {
    return this.#picture.value
  }

  get prediction(): Prediction | null {
    return this.#glance.value?.prediction ?? null
  }

  /** Every layer's numbers and strongest maps; empty before a picture was looked at. */
  get glances(): readonly LayerGlance[] {
    return this.#glance.value?.layers ?? []
  }

  /** Of all layers below the scores, for the picture; null while it is not known. */
  get largestActivation(): number | null {
    return this.#largest
  }

  get layer(): string {
    return this.#layer
  }

  get stage(): Stage {
    return this.#stage
  }

  /** Activations of the chosen layer; the last ones stay until new ones are there. */
  get maps(): FeatureMaps | null {
    return this.#maps.value
  }

  get isPredicting(): boolean {
    return this.#glance.isBusy
  }

  get isMapping(): boolean {
    return this.#maps.isBusy || this.#glance.isBusy
  }

  get isBusy(): boolean {
    return this.#model.isBusy || this.#awaited !== null || this.isPredicting || this.isMapping
  }

  get error(): ErrorInfo | null {
    return this.#model.error ?? this.#picture.error ?? this.#glance.error ?? this.#maps.error
  }

  /** Forgets why a picture, or what is shown of it, was not to be had. */
  dismissError(): void {
    for (const question of [this.#picture, this.#glance, this.#maps]) question.dismissError()
  }

  /**
   * Chooses the weights to ask; the picture and the layer stay where the network has it. Of another
   * checkpoint of the same run, what is shown stays until the new answers are there.
   */
  async chooseModel(model: ModelRef | null): Promise<void> {
    this.#awaited = null
    await this.#takeModel(model)
  }

  /**
   * Chooses weights and a picture together: neither is asked about with what the other was before. What is
   * shown stays until both are known.
   * @param picture - absolute path; null for the picture that is shown
   */
  async open(model: ModelRef, picture: string | null | Promise<string | null>): Promise<void> {
    const awaited = {}
    this.#awaited = awaited
    const image = await picture
    if (this.#awaited !== awaited) return
    const isOther = image !== null && image !== this.#image
    const isRead = isOther && (await this.#readPicture(image)) !== null
    // Meanwhile another model or picture may have been chosen.
    if (this.#awaited !== awaited) return
    this.#awaited = null
    if (isRead) this.#showPicture(image)
    await this.#takeModel(model)
    if (isRead) await this.pin.send()
  }

  #readPicture(image: string): Promise<EncodedPicture | null> {
    return this.#picture.ask((options) =>
      callEngine('inspect.picture', { image, sizePx: PICTURE_PX }, options),
    )
  }

  #showPicture(image: string): void {
    this.#forgetAnswers()
    this.#image = image
  }

  async #takeModel(model: ModelRef | null): Promise<void> {
    const isSameRun = isSameRunOf(this.#modelRef, model)
    this.#modelRef = model
    if (!isSameRun) this.#forgetAnswers()
    if (model?.kind !== 'training') await this.pin.set(false)
    if (model === null) {
      this.#model.clear()
      return
    }
    const summary = await this.#model.ask((options) =>
      callEngine('model.describe', { model }, options),
    )
    if (summary === null) {
      // What is shown would pass for the answer of weights that could not be read.
      if (this.#model.error !== null) this.#forgetAnswers()
      return
    }
    const names = describeNetwork(summary.network).layers.map((layer) => layer.name)
    if (!names.includes(this.#layer)) this.#layer = names[0] ?? 'conv1_1'
    await this.refresh()
  }

  /**
   * Chooses a picture by its absolute path, and asks for all that is shown of it. One that cannot be
   * read leaves the last one with its answers: see `error`.
   */
  async chooseImage(image: string): Promise<void> {
    this.#awaited = null
    const isOther = image !== this.#image
    const showing = this.#readPicture(image)
    // A drawing or a camera's frame replaces itself: what is shown of it stays until the next is there.
    if (isOther) {
      if ((await showing) === null) return
      this.#showPicture(image)
    }
    await Promise.all([showing, this.refresh(), this.pin.send()])
  }

  /**
   * Takes up what was looked at before the restart, with this model; a picture that cannot be shown any
   * more is left out.
   */
  async restore(
    model: ModelRef,
    { image, layer, stage, tool }: LastSession['inspect'],
  ): Promise<void> {
    this.#layer = layer
    this.#stage = stage
    this.tool = INSPECT_TOOLS.find(({ value }) => value === tool)?.value ?? this.tool
    const showing = image === null || this.#image !== null ? null : this.chooseImage(image)
    await this.chooseModel(model)
    await showing
    if (this.#image === null) this.#picture.clear()
  }

  /** Asks for a picture file and opens it; false when none was chosen. */
  async openImage(): Promise<boolean> {
    const image = await callMain('dialog.openImage', {})
    if (image === null) return false
    await this.chooseImage(image)
    return true
  }

  async chooseLayer(layer: string): Promise<void> {
    this.#layer = layer
    await Promise.all([this.#askMaps(), this.pin.send()])
  }

  /** Before or after the ReLU. */
  async chooseStage(stage: Stage): Promise<void> {
    this.#stage = stage
    await Promise.all([this.#askMaps(), this.pin.send()])
  }

  /** The next layer up (+1) or down (-1), where there is one. */
  async moveLayer(by: 1 | -1): Promise<void> {
    const layers = this.#network?.layers ?? []
    const at = layers.findIndex((layer) => layer.name === this.#layer)
    const next = layers[at + by]
    if (at >= 0 && next !== undefined) await this.chooseLayer(next.name)
  }

  /** Asks again for all that is shown of the picture, in one pass: after an epoch, say. */
  async refresh(): Promise<void> {
    const question = this.#question()
    if (question === null) return
    const glance = await this.#glance.ask((options) =>
      callEngine('inspect.glance', question, options),
    )
    // The glance's pass has computed them already.
    if (glance !== null) await this.#askMaps()
  }

  /** Asks again with other ablations, for what is shown and for what follows the training. */
  async changeAblations(): Promise<void> {
    await Promise.all([this.refresh(), this.pin.send()])
  }

  /** Asks for a unit's raw value; one that is asked for later takes its place. */
  async readUnit(unit: EngineCalls['inspect.unit']['args']): Promise<UnitReading> {
    this.#reading.abort()
    this.#reading = new AbortController()
    return callEngine('inspect.unit', unit, { signal: this.#reading.signal })
  }

  /** Follows the maps of a pinned picture; returns what stops following. */
  connect(): () => void {
    return onEngineEvent('maps', (maps) => {
      if (this.pin.isOn && this.#isShown(maps)) this.#maps.set(maps)
    })
  }

  /** A fresh engine knows nothing: asks it for everything again. */
  async reconnect(): Promise<void> {
    if (this.#modelRef?.kind === 'training') {
      this.pin.forget()
      return
    }
    await this.refresh()
  }

  #forgetAnswers(): void {
    this.#glance.clear()
    this.#maps.clear()
  }

  #isShown({ layer, stage }: FeatureMaps): boolean {
    return layer === this.#layer && stage === this.#stage
  }

  async #askMaps(): Promise<void> {
    const question = this.#question()
    if (question === null) return
    await this.#maps.ask((options) => callEngine('inspect.maps', question, options))
  }

  #question(): EngineCalls['inspect.glance']['args'] | null {
    const { asked: model, image, layer, stage } = this
    if (model === null || image === null || this.#model.value === null) return null
    return { model, image, layer, stage }
  }

  #pinned(): EngineCalls['training.pin']['args']['pin'] {
    const { image, layer, stage } = this
    const ablations = this.#ablations()
    if (image === null) return null
    return { image, layer, stage, ...(ablations.length === 0 ? {} : { ablations }) }
  }
}

function isSameRunOf(one: ModelRef | null, other: ModelRef | null): boolean {
  return one?.kind === 'run' && other?.kind === 'run' && one.folder === other.folder
}
