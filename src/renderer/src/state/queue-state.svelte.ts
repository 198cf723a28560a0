import type { TrainingStatus } from '../../../shared/contract'
import { MAX_QUEUED, type QueuedRun } from '../../../shared/spec'
import { callMain } from '../lib/engine/bridge'
import type { TrainingState } from './training-state.svelte'

/** Results of runs that ended while others waited; only the newest are shown. */
const MAX_NOTES = 5
const BUSY_MS = 300

/** Runs that wait behind the one in training, kept over restarts. */
export class QueueState {
  readonly #training: TrainingState
  readonly #isEngineReady: () => boolean
  #runs = $state.raw<readonly QueuedRun[]>([])
  #notes = $state.raw<readonly string[]>([])
  #isHeld = $state(false)
  #isStarting = $state(false)
  readonly #next = $derived(this.#runs.find(({ fault }) => fault === null) ?? null)

  constructor(training: TrainingState, isEngineReady: () => boolean) {
    this.#training = training
    this.#isEngineReady = isEngineReady
  }

  /** In the order in which they start. */
  get runs(): readonly QueuedRun[] {
    return this.#runs
  }

  /** How runs ended that were not told elsewhere, a line each. */
  get notes(): readonly string[] {
    return this.#notes
  }

  /** Whether the next one waits for a word, though nothing trains. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  get isFull(): boolean {
    return this.#runs.length >= MAX_QUEUED
  }

  /** Whether the next one is to start now. */
  get isDue(): boolean {
    return (
      this.#next !== null &&
      !this.#isHeld &&
      !this.#isStarting &&
      this.#isEngineReady() &&
      !this.#training.isActive &&
      !this.#training.isAsking
    )
  }

  /** Reads the queue of the last time. It waits for a word, unless a run is in training. */
  async load(): Promise<void> {
    const { queue } = await callMain('settings.get', {})
    this.#isHeld = queue.length > 0
    this.#runs = [...queue, ...this.#runs]
    await this.#training.refresh().catch(() => undefined)
    if (this.#training.isActive) this.#isHeld = false
  }

  /** Puts a run with the form's settings at the end. */
  async add(dataFolder: string): Promise<void> {
    const { runName, settings } = this.#training.form
    const id = crypto.randomUUID()
    await this.#keep([...this.#runs, { id, name: runName, dataFolder, settings, fault: null }])
  }

  async remove(id: string): Promise<void> {
    await this.#keep(this.#runs.filter((run) => run.id !== id))
  }

  /** Moves a run by this many places, -1 for one up. */
  async move(id: string, by: number): Promise<void> {
    const from = this.#runs.findIndex((run) => run.id === id)
    const run = this.#runs[from]
    if (run === undefined) return
    const others = this.#runs.filter((other) => other !== run)
    const to = Math.min(others.length, Math.max(0, from + by))
    await this.#keep([...others.slice(0, to), run, ...others.slice(to)])
  }

  /** Lets a run that could not start have another turn. */
  async retry(id: string): Promise<void> {
    await this.#keep(this.#runs.map((run) => (run.id === id ? { ...run, fault: null } : run)))
  }

  /** Keeps the next one from starting when the run in training ends. */
  hold(): void {
    this.#isHeld = true
  }

  goOn(): void {
    this.#isHeld = false
  }

  dismissNotes(): void {
    this.#notes = []
  }

  /** Starts the next one. One that cannot start stays, with the reason, and the next has its turn. */
  async startNext(): Promise<void> {
    const next = this.#next
    if (next === null || this.#isStarting) return
    this.#isStarting = true
    try {
      const last = this.#training.status
      const folder = await this.#training.start(next.dataFolder, next)
      if (folder !== null) {
        if (last.phase === 'failed') this.#noteFailure(last)
        await this.remove(next.id)
        return
      }
      const fault = this.#training.error
      this.#training.dismissError()
      if (fault?.code === 'busy') {
        // The run before is putting its folder in order: this one waits for that.
        await new Promise((next) => setTimeout(next, BUSY_MS))
        return
      }
      const reason = (fault?.message ?? 'It could not be started.').slice(0, 2000)
      await this.#keep(
        this.#runs.map((run) => (run.id === next.id ? { ...run, fault: reason } : run)),
      )
    } finally {
      this.#isStarting = false
    }
  }

  #noteFailure({ runName, message, error }: TrainingStatus): void {
    const line = `${runName} ended early: ${error?.message ?? message} The next run was started.`
    this.#notes = [...this.#notes, line].slice(-MAX_NOTES)
  }

  async #keep(runs: readonly QueuedRun[]): Promise<void> {
    this.#runs = runs
    await callMain('settings.set', { queue: runs })
  }
}
