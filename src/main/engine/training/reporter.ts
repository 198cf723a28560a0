import type { TrainingPhase, TrainingStatus } from '../../../shared/contract'
import type { EpochMetrics, MetricsLine, StepMetrics } from '../../../shared/spec'
import type { TrainingHooks } from './types'

/** 4 Hz: the window draws what follows a run twice a second, and each message costs it time. */
const INTERVAL_MS = 250

/** Keeps a run's status and history, and reports them at a pace that a window can follow. */
export class Reporter {
  #steps: StepMetrics[] = []
  #statusSentMs = 0
  #stepsSentMs = 0
  readonly history: MetricsLine[] = []

  #current: TrainingStatus
  readonly #hooks: TrainingHooks

  constructor(current: TrainingStatus, hooks: TrainingHooks) {
    this.#current = current
    this.#hooks = hooks
  }

  get status(): TrainingStatus {
    return this.#current
  }

  /** Changes the status; reported at once when the phase or the message changes, else at about 4 Hz. */
  update(change: Partial<TrainingStatus>): void {
    const before = this.#current
    this.#current = { ...before, ...change }
    const isNews = before.phase !== this.#current.phase || before.message !== this.#current.message
    const now = performance.now()
    if (!isNews && now - this.#statusSentMs < INTERVAL_MS) return
    this.#statusSentMs = now
    this.#hooks.onStatus?.(this.#current)
  }

  enter(phase: TrainingPhase, message = ''): void {
    this.flushSteps()
    this.update({ phase, message })
  }

  addStep(step: StepMetrics): void {
    this.history.push(step)
    this.#steps.push(step)
    if (performance.now() - this.#stepsSentMs >= INTERVAL_MS) this.flushSteps()
  }

  addEpoch(epoch: EpochMetrics): void {
    this.flushSteps()
    this.history.push(epoch)
    this.#hooks.onEpoch?.(epoch)
  }

  /** Reports the steps that wait, before anything that follows them. */
  flushSteps(): void {
    if (this.#steps.length === 0) return
    const steps = this.#steps
    this.#steps = []
    this.#stepsSentMs = performance.now()
    this.#hooks.onSteps?.(steps)
  }
}
