import { isUnderScores } from '../../../shared/vgg'
import {
  LabError,
  toErrorInfo,
  type AccuracyChange,
  type ChannelRanking,
  type ErrorInfo,
  type PictureSet,
  type Prediction,
} from '../../../shared/contract'
import {
  MAX_ABLATION_SETS,
  MAX_ABLATIONS,
  type Ablation,
  type AblationSet,
} from '../../../shared/spec'
import { callEngine, callMain, onEngineEvent } from '../lib/engine/bridge'
import type { DataState } from './data-state.svelte'
import type { InspectState } from './inspect-state.svelte'
import { Question } from './question.svelte'
import { UndoHistory } from './undo-history.svelte'

/** An answer with what it was asked about. */
interface Answered<T> {
  readonly value: T
  /** In words: "run digits, epoch-0007 (best)". */
  readonly model: string
  readonly ablations: readonly Ablation[]
}

/** What would be if channels were off: ablations, and what they change. */
export class WhatIfState {
  readonly #inspect: InspectState
  readonly #data: Pick<DataState, 'dataset'>
  readonly #runFolder: () => string
  readonly #history = new UndoHistory<readonly Ablation[]>()
  readonly #before = new Question<Prediction>()
  readonly #accuracy = new Question<Answered<AccuracyChange>>()
  readonly #ranking = new Question<Answered<ChannelRanking>>()
  #ablations = $state.raw<readonly Ablation[]>([])
  #isOn = $state(true)
  #sets = $state.raw<readonly AblationSet[]>([])
  #partial = $state.raw<ChannelRanking | null>(null)
  #rankedLayer = ''
  #setError = $state.raw<ErrorInfo | null>(null)
  /** Why a table could not be exported. */
  exportError = $state.raw<ErrorInfo | null>(null)
  /** Pictures to measure on; null for all. */
  accuracyLimit = $state<number | null>(1000)
  rankingLimit = $state<number | null>(50)

  readonly #fitting = $derived.by(() => this.#ablations.filter((one) => this.fits(one)))
  readonly #applied = $derived.by((): readonly Ablation[] => (this.#isOn ? this.#fitting : []))

  /** @param runFolder - of the run that is looked into; kept sets belong to it */
  constructor(inspect: InspectState, data: Pick<DataState, 'dataset'>, runFolder: () => string) {
    this.#inspect = inspect
    this.#data = data
    this.#runFolder = runFolder
  }

  /** The list, whether on or off. */
  get ablations(): readonly Ablation[] {
    return this.#ablations
  }

  /** Those of the list that the network has the layers and channels for. */
  get fitting(): readonly Ablation[] {
    return this.#fitting
  }

  /** What the network is asked with: nothing while the list is off. */
  get applied(): readonly Ablation[] {
    return this.#applied
  }

  get isOn(): boolean {
    return this.#isOn
  }
  set isOn(isOn: boolean) {
    this.#isOn = isOn
    void this.#inspect.changeAblations()
  }

  get canUndo(): boolean {
    return this.#history.canUndo
  }

  get canRedo(): boolean {
    return this.#history.canRedo
  }

  /** Sets that were kept for this run. */
  get sets(): readonly AblationSet[] {
    return this.#sets.filter(({ runFolder }) => runFolder === this.#runFolder())
  }

  /** The picture's prediction without the list; with it, it is what Inspect shows. */
  get before(): Question<Prediction> {
    return this.#before
  }

  get accuracy(): Question<Answered<AccuracyChange>> {
    return this.#accuracy
  }

  get ranking(): Question<Answered<ChannelRanking>> {
    return this.#ranking
  }

  /** What the ranking that goes on has found so far; null before and after. */
  get partialRanking(): ChannelRanking | null {
    return this.#partial
  }

  /** Why a set could not be kept. */
  get setError(): ErrorInfo | null {
    return this.#setError
  }

  /** Whether the network that is looked into has an ablation's layer and channels. */
  fits({ layer, channels }: Ablation): boolean {
    const own = this.#inspect.network?.layers.find(({ name }) => name === layer)
    return own !== undefined && isUnderScores(own) && (channels.at(-1) ?? 0) < own.output[2]
  }

  /** Puts an ablation at the end of the list, and the list on. */
  add(ablation: Ablation): void {
    this.#isOn = true
    this.#change([...this.#ablations, ablation].slice(-MAX_ABLATIONS), null)
  }

  /** Another factor for one of the list; changes in a row are one step back. */
  setFactor(index: number, factor: number): void {
    const next = this.#ablations.map((one, at) => (at === index ? { ...one, factor } : one))
    this.#change(next, `factor ${index}`)
  }

  remove(index: number): void {
    this.#change(
      this.#ablations.filter((_, at) => at !== index),
      null,
    )
  }

  clear(): void {
    this.#change([], null)
  }

  undo(): void {
    const before = this.#history.undo(this.#ablations)
    if (before !== null) this.#show(before)
  }

  redo(): void {
    const after = this.#history.redo(this.#ablations)
    if (after !== null) this.#show(after)
  }

  /** Takes a kept set in place of the list. */
  open({ ablations }: Pick<AblationSet, 'ablations'>): void {
    this.#isOn = true
    this.#change(ablations, null)
  }

  /** Puts ablations in force, as a link or a step back has them: none switches the list off. */
  apply(ablations: readonly Ablation[]): void {
    if (JSON.stringify(ablations) === JSON.stringify(this.#applied)) return
    if (ablations.length === 0) this.isOn = false
    else this.open({ ablations })
  }

  /** Keeps the list under a name, in place of a set of the same name and run. */
  async keep(name: string): Promise<void> {
    const runFolder = this.#runFolder()
    await this.#changeSets(
      (others) => [...others, { name, runFolder, ablations: this.#ablations }],
      name,
    )
  }

  /** Deletes a kept set. */
  async forget(name: string): Promise<void> {
    await this.#changeSets((others) => others, name)
  }

  /** Asks for the picture's prediction by the network as it is, where the list is applied. */
  async askBefore(): Promise<void> {
    const { model, image } = this.#inspect
    if (model === null || image === null || this.#applied.length === 0) {
      this.#before.clear()
      return
    }
    await this.#before.ask((options) => callEngine('inspect.predict', { model, image }, options))
  }

  /** Measures accuracy over the validation pictures, with the list and without. */
  async measureAccuracy(): Promise<void> {
    const { model, summary } = this.#inspect
    const set = this.#pictureSet(this.accuracyLimit)
    const ablations = this.#fitting
    if (model === null || set === null || summary === null || ablations.length === 0) return
    await this.#accuracy.ask(async (options) => ({
      value: await callEngine('whatIf.accuracy', { model, set, ablations }, options),
      model: summary.title,
      ablations,
    }))
  }

  /** Ranks the chosen layer's channels by what each costs when it alone is off. */
  async rankChannels(): Promise<void> {
    const { model, summary, layer } = this.#inspect
    const set = this.#pictureSet(this.rankingLimit)
    if (model === null || set === null || summary === null) return
    this.#rankedLayer = layer
    this.#partial = null
    this.#ranking.set(null)
    await this.#ranking.ask(async (options) => ({
      value: await callEngine('whatIf.rank', { model, set, layer }, options),
      model: summary.title,
      ablations: [],
    }))
    if (this.#ranking.value !== null) this.#partial = null
  }

  /** Reads the kept sets and follows rankings; returns what stops it. */
  connect(): () => void {
    void callMain('settings.get', {}).then(({ ablationSets }) => {
      this.#sets = ablationSets
    })
    return onEngineEvent('channelRanking', (ranking) => {
      if (this.#ranking.isBusy && ranking.layer === this.#rankedLayer) this.#partial = ranking
    })
  }

  #pictureSet(limit: number | null): PictureSet | null {
    const folder = this.#data.dataset?.source
    return folder === undefined ? null : { folder, split: 'validation', limit }
  }

  #change(next: readonly Ablation[], tag: string | null): void {
    this.#history.record(this.#ablations, tag)
    this.#show(next)
  }

  #show(ablations: readonly Ablation[]): void {
    this.#ablations = ablations
    void this.#inspect.changeAblations()
  }

  /** Asks again first: another window may have changed the settings since. */
  async #changeSets(
    change: (others: readonly AblationSet[]) => readonly AblationSet[],
    name: string,
  ): Promise<void> {
    const runFolder = this.#runFolder()
    this.#setError = null
    try {
      const { ablationSets } = await callMain('settings.get', {})
      const others = ablationSets.filter((set) => set.name !== name || set.runFolder !== runFolder)
      const next = change(others)
      if (next.length > MAX_ABLATION_SETS) {
        throw new LabError(
          'bad-input',
          `Expected at most ${MAX_ABLATION_SETS} kept sets; this would be one more.`,
          'Delete one that is not needed.',
        )
      }
      this.#sets = (await callMain('settings.set', { ablationSets: next })).ablationSets
    } catch (error) {
      this.#setError = toErrorInfo(error)
    }
  }
}
