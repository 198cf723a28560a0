import {
  IDLE_STATUS,
  toErrorInfo,
  type AppInfo,
  type EngineCalls,
  type ErrorInfo,
  type TrainingStatus,
} from '../../../shared/contract'
import type { EpochMetrics, MetricsLine, TrainingSettings } from '../../../shared/spec'
import { callEngine, callMain, onEngineEvent } from '../lib/engine/bridge'
import { epochClock, redrawClock } from '../lib/clock/redraw-clock'
import { isEnded, isNews } from '../lib/words/training-words'
import { MetricHistory } from './metric-history'
import { RunForm } from './run-form.svelte'

/** What may differ when a run goes on. */
export type ContinueChanges = Omit<EngineCalls['training.continue']['args'], 'runFolder'>

/** A folder of a run's pictures, by its name in {@link ContinueChanges}. */
export type PictureFolder = 'dataFolder' | 'validationFolder'

/** The run in training and its metrics. */
export class TrainingState {
  readonly #info: () => AppInfo | null
  /** What the next run is started with. */
  readonly form = new RunForm()
  /** What is shown: follows {@link #told} by the redraw clock, and at once where it is news. */
  #status = $state.raw<TrainingStatus>(IDLE_STATUS)
  #told: TrainingStatus = IDLE_STATUS
  #error = $state.raw<ErrorInfo | null>(null)
  #isAsking = $state(false)
  #epochs = $state.raw<readonly EpochMetrics[]>([])
  #historyVersion = $state(0)
  #isHistoryNew = false
  /** How the last run that goes on was asked for. */
  #continued: { readonly folder: string; readonly changes: ContinueChanges } | null = null
  /** Step and epoch lines of the run, outside reactivity: read `historyVersion` to follow it. */
  readonly history = new MetricHistory()

  constructor(info: () => AppInfo | null) {
    this.#info = info
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

  /** Epochs that have ended, by the redraw clock: for what shows the network as it is now. */
  get endedEpochs(): number {
    void this.#historyVersion
    return this.history.epochs.length
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
      name: this.form.runName,
      settings: this.form.settings,
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

  /** Divides the learning rate by 10 from the next update on, unless {@link keepLearningRate} comes in time. */
  async dropLearningRate(): Promise<void> {
    await this.#ask(async () => this.#take(await callEngine('training.dropLearningRate', {})))
  }

  /** Takes a drop back that no update has taken yet. */
  async keepLearningRate(): Promise<void> {
    await this.#ask(async () => this.#take(await callEngine('training.keepLearningRate', {})))
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
