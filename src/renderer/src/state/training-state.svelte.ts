import {
  IDLE_STATUS,
  toErrorInfo,
  type AppInfo,
  type EngineCalls,
  type ErrorInfo,
  type MemoryReport,
  type RangeTest,
  type StartCheck,
  type TrainingStatus,
} from '../../../shared/contract'
import {
  applyPreset,
  changedKeys,
  checkSettings,
  defaultScale,
  defaultSettings,
  findPreset,
  type EpochMetrics,
  type MetricsLine,
  type Preset,
  type PresetKey,
  type PresetName,
  type TrainingSettings,
} from '../../../shared/spec'
import type { NetworkSpec } from '../../../shared/vgg'
import { callEngine, callMain, onEngineEvent } from '../lib/engine/bridge'
import { epochClock, redrawClock } from '../lib/clock/redraw-clock'
import { isEnded, isNews } from '../lib/words/training-words'
import { MetricHistory } from './metric-history'
import { Question } from './question.svelte'

/** What may differ when a run goes on. */
export type ContinueChanges = Omit<EngineCalls['training.continue']['args'], 'runFolder'>

/** A folder of a run's pictures, by its name in {@link ContinueChanges}. */
export type PictureFolder = 'dataFolder' | 'validationFolder'

/** The form of a run, the run in training and its metrics. */
export class TrainingState {
  readonly #info: () => AppInfo | null
  #settings = $state.raw<TrainingSettings>(defaultSettings())
  readonly #faults = $derived(checkSettings(this.#settings))
  #presetName = $state<PresetName>('small-data')
  readonly #preset = $derived(findPreset(this.#presetName))
  readonly #changed = $derived(changedKeys(this.#preset, this.#settings))
  #runName = $state('')
  /** What is shown: follows {@link #told} by the redraw clock, and at once where it is news. */
  #status = $state.raw<TrainingStatus>(IDLE_STATUS)
  #told: TrainingStatus = IDLE_STATUS
  #error = $state.raw<ErrorInfo | null>(null)
  #isAsking = $state(false)
  #epochs = $state.raw<readonly EpochMetrics[]>([])
  #historyVersion = $state(0)
  #memory = $state.raw<MemoryReport | null>(null)
  #isHistoryNew = false
  /** How the last run that goes on was asked for. */
  #continued: { readonly folder: string; readonly changes: ContinueChanges } | null = null
  /** Step and epoch lines of the run, outside reactivity: read `historyVersion` to follow it. */
  readonly history = new MetricHistory()
  /** The learning-rate range test that was asked for last. */
  readonly rangeTest = new Question<RangeTest>()
  /** The check of the start that was asked for last. */
  readonly startCheck = new Question<StartCheck>()

  constructor(info: () => AppInfo | null) {
    this.#info = info
  }

  /** Values of the form. */
  get settings(): TrainingSettings {
    return this.#settings
  }

  /** What is wrong with the form, one line a field; empty when a run can start. */
  get faults(): ReturnType<typeof checkSettings> {
    return this.#faults
  }

  /**
   * Changes one value of the form. The scale S follows the input size in the paper's ratio; a
   * configuration is one as in the paper, so an edit goes.
   */
  set<K extends keyof TrainingSettings>(key: K, value: TrainingSettings[K]): void {
    const { edit, ...settings } = this.#settings
    const isKept = edit !== undefined && key !== 'configuration'
    const next = { ...settings, ...(isKept && { edit }), [key]: value }
    this.#settings = key === 'inputSize' ? { ...next, scale: defaultScale(Number(value)) } : next
  }

  /** Takes over a network from elsewhere; its classes stay those of the folder. */
  setNetwork({ configuration, edit, inputSize, width }: NetworkSpec): void {
    this.set('configuration', configuration)
    this.set('inputSize', inputSize)
    this.set('width', width)
    if (edit !== undefined) this.set('edit', edit)
  }

  /** Puts all values back to the default preset. */
  resetSettings(): void {
    this.#presetName = 'small-data'
    this.#settings = defaultSettings()
  }

  /** The preset that was chosen last. */
  get preset(): Preset {
    return this.#preset
  }

  /** Settings of the preset that are other ones by now. */
  get changedFromPreset(): readonly PresetKey[] {
    return this.#changed
  }

  /** What the preset needs and has not; null when it has it. */
  get need(): Preset['needs'] {
    const { needs } = this.#preset
    return needs === null || this.#settings[needs] !== null ? null : needs
  }

  /** Puts the values of a preset into the form. */
  choosePreset(name: PresetName): void {
    this.#presetName = name
    this.#settings = applyPreset(findPreset(name), this.#settings)
  }

  /** Name for the next run; '' lets the lab choose one. */
  get runName(): string {
    return this.#runName
  }
  set runName(name: string) {
    this.#runName = name
  }

  get status(): TrainingStatus {
    return this.#status
  }

  /** Whether a run is going on, paused or ending. */
  get isActive(): boolean {
    return !isEnded(this.#status.phase)
  }

  /** Whether a call about the run waits for its answer. */
  get isAsking(): boolean {
    return this.#isAsking
  }

  /** Why the last call failed, or the run did. */
  get error(): ErrorInfo | null {
    return this.#error ?? this.#status.error
  }

  dismissError(): void {
    this.#error = null
  }

  /** Epoch lines of the run, oldest first; at most every few seconds, and at once when it ends or pauses. */
  get epochs(): readonly EpochMetrics[] {
    return this.#epochs
  }

  /** Raised by the redraw clock, when `history` has grown or is of another run. */
  get historyVersion(): number {
    return this.#historyVersion
  }

  /**
   * Starts a run on a data folder, with the form's name and settings where no others are given.
   * Resolves to the run's folder, or null (see `error`).
   */
  start(
    dataFolder: string,
    { name, settings }: { readonly name: string; readonly settings: TrainingSettings } = {
      name: this.#runName,
      settings: this.#settings,
    },
  ): Promise<string | null> {
    return this.#ask(async () => {
      const { runsFolder } = this.#info() ?? (await callMain('app.info', {}))
      const args = { dataFolder, runsFolder, name, settings }
      return this.#open(await callEngine('training.start', args))
    })
  }

  /**
   * The run that ended since the pictures of one of its folders were not found, and which folder; null
   * when none did.
   */
  get lostPictures(): { readonly runFolder: string; readonly kind: PictureFolder } | null {
    const { phase, runFolder, error } = this.#status
    if (phase !== 'failed' || runFolder === null) return null
    if (error?.code === 'pictures-missing') return { runFolder, kind: 'dataFolder' }
    if (error?.code === 'validation-missing') return { runFolder, kind: 'validationFolder' }
    return null
  }

  /**
   * Goes on with a run whose pictures are elsewhere now. What else it was asked to go on with holds: a
   * folder that was chosen before is written into the run only once all of its pictures are found.
   */
  continueElsewhere(folder: string, kind: PictureFolder, place: string): Promise<string | null> {
    const before = this.#continued?.folder === folder ? this.#continued.changes : {}
    return this.continueRun(folder, { ...before, [kind]: place })
  }

  /** Goes on with a run from its last checkpoint. Resolves to its folder, or null (see `error`). */
  continueRun(folder: string, changes: ContinueChanges = {}): Promise<string | null> {
    this.#continued = { folder, changes }
    return this.#ask(async () => {
      const args = { runFolder: folder, ...changes }
      return this.#open(await callEngine('training.continue', args))
    })
  }

  async pause(): Promise<void> {
    await this.#ask(async () => this.#take(await callEngine('training.pause', {})))
  }

  async resume(): Promise<void> {
    await this.#ask(async () => this.#take(await callEngine('training.resume', {})))
  }

  /** Memory for training; null until the engine has told it. */
  get memory(): MemoryReport | null {
    return this.#memory
  }

  /** Asks how much memory is free now. */
  async readMemory(): Promise<void> {
    this.#memory = await callEngine('device.memory', {}).catch(() => null)
  }

  /** A learning-rate range test with the settings of the form. */
  async findRate(dataFolder: string): Promise<void> {
    const settings = this.#settings
    this.rangeTest.clear()
    await this.rangeTest.ask((options) =>
      callEngine('training.findRate', { dataFolder, settings }, options),
    )
  }

  /** Signal and gradient by layer before a run with the settings of the form. */
  async checkStart(dataFolder: string): Promise<void> {
    const settings = this.#settings
    this.startCheck.clear()
    await this.startCheck.ask((options) =>
      callEngine('training.checkStart', { dataFolder, settings }, options),
    )
  }

  /** Divides the learning rate by 10 from the next update on. */
  async dropLearningRate(): Promise<void> {
    await this.#ask(async () => this.#take(await callEngine('training.dropLearningRate', {})))
  }

  async stop(): Promise<void> {
    await this.#ask(async () => this.#take(await callEngine('training.stop', {})))
  }

  /** Follows the engine's events; returns what stops following. */
  connect(): () => void {
    const stops = [
      onEngineEvent('status', (status) => this.#follow(status)),
      onEngineEvent('steps', (steps) => this.#append(steps)),
      onEngineEvent('epoch', (epoch) => this.#append([epoch])),
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Reads where the run stands; for a window that comes late. */
  async refresh(): Promise<void> {
    this.#take(await callEngine('training.status', {}))
    await this.#loadHistory()
  }

  /** The engine died: its run is not going on any more. The curves stay. */
  markInterrupted(reason: string): void {
    if (!this.isActive) return
    this.#take({ ...this.#told, phase: 'failed', message: reason, etaSeconds: null })
  }

  #follow(status: TrainingStatus): void {
    const last = this.#told
    if (isNews(last, status)) this.#take(status)
    else {
      this.#told = status
      redrawClock.request(this.#redraw)
    }
    const isOtherRun = status.runFolder !== last.runFolder && !this.#isAsking
    // A run that goes on has read its history only once it is prepared.
    const isPrepared = last.phase === 'preparing' && status.phase !== 'preparing'
    if (status.runFolder !== null && (isOtherRun || isPrepared)) {
      void this.#loadHistory().catch(() => undefined)
    }
  }

  /** Reads what a run that has begun has told. It has begun even if the engine dies meanwhile. */
  async #open({ runFolder }: { readonly runFolder: string }): Promise<string> {
    await this.#loadHistory().catch(() => undefined)
    return runFolder
  }

  /** Takes a status that is shown at once, with the points that came before it. */
  #take(status: TrainingStatus): void {
    this.#told = status
    this.#redrawNow()
  }

  #redrawNow(): void {
    redrawClock.runNow(this.#redraw)
    epochClock.runNow(this.#tellEpochs)
  }

  readonly #redraw = (): void => {
    this.#status = this.#told
    if (!this.#isHistoryNew) return
    this.#isHistoryNew = false
    this.#historyVersion++
  }

  readonly #tellEpochs = (): void => {
    this.#epochs = this.history.epochs
  }

  /** Replaces the history by the engine's, which holds all that was sent before its answer. */
  async #loadHistory(): Promise<void> {
    const lines = await callEngine('training.history', {})
    this.history.clear()
    this.#append(lines)
    this.#redrawNow()
  }

  #append(lines: readonly MetricsLine[]): void {
    this.history.append(lines)
    this.#isHistoryNew = true
    redrawClock.request(this.#redraw)
    if (this.history.epochs !== this.#epochs) epochClock.request(this.#tellEpochs)
  }

  async #ask<T>(question: () => Promise<T>): Promise<T | null> {
    this.#isAsking = true
    this.#error = null
    try {
      return await question()
    } catch (error) {
      this.#error = toErrorInfo(error)
      return null
    } finally {
      this.#isAsking = false
    }
  }
}
