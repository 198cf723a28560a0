import { hasFilters } from '../../../shared/vgg'
import { SvelteMap } from 'svelte/reactivity'
import {
  MAX_ATTRIBUTION_STEPS,
  type Attribution,
  type AttributionMethod,
  type ErrorInfo,
  type Faithfulness,
  type Prediction,
  type Progress,
  type SanityCheck,
} from '../../../shared/contract'
import { callEngine, type CallOptions } from '../lib/engine/bridge'
import type { InspectState } from './inspect-state.svelte'
import { Question } from './question.svelte'

export type MethodKind = AttributionMethod['kind']

/** The methods, the coarsest and quickest first. */
export const METHOD_KINDS: readonly MethodKind[] = [
  'grad-cam',
  'saliency',
  'gradient-input',
  'guided',
  'integrated',
  'occlusion',
]

/** What of the question is shown. */
export type WhyPart = 'map' | 'compare' | 'faithfulness' | 'weights'

/** Patches along a side, unless one is asked for. */
const PATCHES = 8

/** Why a class was predicted for the picture that is looked at: maps, and how far to trust them. */
export class WhyState {
  readonly #inspect: InspectState
  readonly #quick = new Question<Attribution>()
  readonly #job = new Question<null>()
  /** Answers about the prediction that is shown, by what was asked. */
  readonly #maps = new SvelteMap<string, Attribution>()
  readonly #curves = new SvelteMap<string, Faithfulness>()
  readonly #checks = new SvelteMap<string, SanityCheck>()
  #task = $state('')
  #of: Prediction | null = null
  #layer = $state<string | null>(null)
  #classIndex = $state<number | null>(null)
  #patchPx = $state<number | null>(null)
  #stridePx = $state<number | null>(null)
  part = $state<WhyPart>('map')
  kind = $state<MethodKind>('grad-cam')
  baseline = $state<'mean' | 'black'>('mean')
  steps = $state(32)
  fill = $state<'mean' | 'grey'>('mean')
  /** Steps of each curve of deletion and insertion. */
  curveSteps = $state(32)
  /** Keys the random weights. */
  seed = $state(1)
  readonly #planes = $derived.by(() =>
    (this.#inspect.network?.layers ?? []).filter(
      ({ output: [height, width] }) => height * width > 1,
    ),
  )
  readonly #predicted = $derived.by(() => {
    const name = this.#inspect.prediction?.top[0]?.class
    const names = this.#inspect.summary?.classNames ?? []
    return name === undefined ? -1 : names.indexOf(name)
  })

  constructor(inspect: InspectState) {
    this.#inspect = inspect
  }

  /** Layers that Grad-CAM can be drawn of: more than one place each. */
  get layers(): readonly string[] {
    return this.#planes.map(({ name }) => name)
  }

  /** The layer of Grad-CAM; the last convolution unless another is chosen. */
  get layer(): string {
    if (this.#layer !== null && this.layers.includes(this.#layer)) return this.#layer
    const convolutions = this.#planes.filter(hasFilters)
    return convolutions[convolutions.length - 1]?.name ?? ''
  }
  set layer(layer: string) {
    this.#layer = layer
  }

  /** The predicted class; -1 before there is one. */
  get predicted(): number {
    return this.#predicted
  }

  /** The class that is asked about: the predicted one unless another is chosen. */
  get classIndex(): number {
    const chosen = this.#classIndex
    const count = this.#inspect.summary?.classNames.length ?? 0
    return chosen === null || chosen >= count ? this.#predicted : chosen
  }
  /** Chooses a class; null: the predicted one. Work on another one is given up. */
  chooseClass(index: number | null): void {
    this.#job.cancel()
    this.#classIndex = index
  }

  get size(): number {
    return this.#inspect.network?.spec.inputSize ?? 0
  }

  get patchPx(): number {
    return this.#patchPx ?? Math.max(2, Math.round(this.size / PATCHES))
  }
  set patchPx(patchPx: number) {
    this.#patchPx = patchPx
  }

  get stridePx(): number {
    return this.#stridePx ?? Math.max(1, Math.floor(this.patchPx / 2))
  }
  set stridePx(stridePx: number) {
    this.#stridePx = stridePx
  }

  /** What is wrong with the numbers of a method, in words; '' where nothing is. */
  faultOf(kind: MethodKind): string {
    if (kind === 'integrated' && !isWithin(this.steps, 1, MAX_ATTRIBUTION_STEPS))
      return `Steps from 1 to ${MAX_ATTRIBUTION_STEPS}.`
    if (kind !== 'occlusion') return ''
    if (!isWithin(this.patchPx, 1, this.size)) return `A patch from 1 to ${this.size} px.`
    return isWithin(this.stridePx, 1, this.patchPx) ? '' : `A stride from 1 to ${this.patchPx} px.`
  }

  /** Whether the curves can be measured in this many steps. */
  get curveFault(): string {
    return isWithin(this.curveSteps, 1, MAX_ATTRIBUTION_STEPS)
      ? ''
      : `Steps from 1 to ${MAX_ATTRIBUTION_STEPS}.`
  }

  /** Whether the map takes many passes through the network, and so waits to be asked for. */
  isLong(kind: MethodKind): boolean {
    return kind === 'integrated' || kind === 'occlusion'
  }

  /** The map of a method for the chosen class; null until it was asked for. */
  mapOf(kind: MethodKind): Attribution | null {
    return this.#maps.get(this.#key(kind)) ?? null
  }

  /** The curves of a method, or of the random order. */
  curvesOf(kind: MethodKind | 'random'): Faithfulness | null {
    return this.#curves.get(`${this.#key(kind)} ${this.curveSteps}`) ?? null
  }

  /** The check with random weights of the chosen method. */
  get check(): SanityCheck | null {
    return this.#checks.get(`${this.#key(this.kind)} ${this.seed}`) ?? null
  }

  get isComputing(): boolean {
    return this.#quick.isBusy || this.#job.isBusy
  }

  /** Whether work goes on that has progress and can be cancelled. */
  get isWorking(): boolean {
    return this.#job.isBusy
  }

  get progress(): Progress | null {
    return this.#job.progress
  }

  /** Which part of the work goes on, in words. */
  get task(): string {
    return this.#task
  }

  get error(): ErrorInfo | null {
    return this.#job.error ?? this.#quick.error
  }

  dismissError(): void {
    this.#job.dismissError()
    this.#quick.dismissError()
  }

  cancel(): void {
    this.#job.cancel()
  }

  /** Answers hold for one prediction: another picture, network or step forgets them. */
  follow(prediction: Prediction | null): void {
    if (this.#of === prediction) return
    this.#of = prediction
    this.#quick.clear()
    this.#job.clear()
    this.#maps.clear()
    this.#curves.clear()
    this.#checks.clear()
  }

  /** Asks for the chosen method's map, where that takes one pass. */
  async askQuick(): Promise<void> {
    const { kind } = this
    if (this.isLong(kind) || this.mapOf(kind) !== null || this.classIndex < 0) return
    await this.#quick.ask((options) => this.#askMap(kind, options))
  }

  /** Computes the maps of methods that are not there yet, one after the other. */
  async computeMaps(kinds: readonly MethodKind[], words: (kind: MethodKind) => string) {
    const missing = kinds.filter((kind) => this.mapOf(kind) === null && this.faultOf(kind) === '')
    await this.#runTasks(
      missing.map((kind) => ({ words: words(kind), run: (how) => this.#askMap(kind, how) })),
    )
  }

  /** Measures the curves of methods, and of pixels in random order. */
  async measureCurves(
    kinds: readonly (MethodKind | 'random')[],
    words: (kind: MethodKind | 'random') => string,
  ): Promise<void> {
    const steps = this.curveSteps
    const missing = kinds.filter(
      (kind) => this.curvesOf(kind) === null && (kind === 'random' || this.faultOf(kind) === ''),
    )
    await this.#runTasks(
      missing.map((kind) => ({
        words: words(kind),
        run: async (options) => {
          const [key, of] = [`${this.#key(kind)} ${steps}`, this.#of]
          const method = kind === 'random' ? null : this.#method(kind)
          const args = { ...this.#question(), method, steps }
          const curves = await callEngine('inspect.faithfulness', args, options)
          if (of === this.#of) this.#curves.set(key, curves)
        },
      })),
    )
  }

  /** Checks whether the chosen method's map depends on the weights. */
  async checkWeights(): Promise<void> {
    const { kind, seed } = this
    const run = async (options: CallOptions): Promise<void> => {
      const [key, of] = [`${this.#key(kind)} ${seed}`, this.#of]
      const args = { ...this.#question(), method: this.#method(kind), seed }
      const check = await callEngine('inspect.sanity', args, options)
      if (of === this.#of) this.#checks.set(key, check)
    }
    await this.#runTasks([{ words: 'Randomised weights', run }])
  }

  async #askMap(kind: MethodKind, options: CallOptions): Promise<Attribution> {
    const [key, of] = [this.#key(kind), this.#of]
    const args = { ...this.#question(), method: this.#method(kind) }
    const map = await callEngine('inspect.attribution', args, options)
    if (of === this.#of) this.#maps.set(key, map)
    return map
  }

  /** One after the other, under one bar; a newer job takes the place of this one. */
  async #runTasks(
    tasks: readonly { words: string; run: (options: CallOptions) => Promise<unknown> }[],
  ): Promise<void> {
    if (tasks.length === 0 || this.classIndex < 0) return
    await this.#job.ask(async (options) => {
      for (const [index, { words, run }] of tasks.entries()) {
        this.#task = tasks.length === 1 ? words : `${index + 1} of ${tasks.length}: ${words}`
        await run(options)
      }
      return null
    })
  }

  #question() {
    const { asked: model, image } = this.#inspect
    if (model === null || image === null) throw new Error('Expected a network and a picture.')
    return { model, image, classIndex: this.classIndex }
  }

  #key(kind: MethodKind | 'random'): string {
    return JSON.stringify([this.classIndex, kind === 'random' ? null : this.#method(kind)])
  }

  #method(kind: MethodKind): AttributionMethod {
    switch (kind) {
      case 'grad-cam':
        return { kind, layer: this.layer }
      case 'integrated':
        return { kind, baseline: this.baseline, steps: this.steps }
      case 'occlusion':
        return { kind, patchPx: this.patchPx, stridePx: this.stridePx, fill: this.fill }
      default:
        return { kind }
    }
  }
}

function isWithin(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high
}
