import type { ErrorInfo, TrainingPhase, TrainingStatus } from '../../../shared/contract'
import { RATE_DIVISOR, type EpochMetrics, type RunFile, type RunState } from '../../../shared/spec'
import type { LostPictures } from '../data/preparation/lost-pictures'
import type { PictureSource } from '../data/types'
import type { CheckpointState } from '../runs/checkpoint-state'
import type { PauseListener, TrainingControls } from './controls'
import { GOES_ON, Hold, type HoldListener } from './hold'
import type { LoopObserver, StepReport, TrainingJob } from './loop'
import { Reporter } from './reporter'
import { RunSaver } from './saving/run-saver'
import { TrainingPace } from './steps/pace'
import { startSchedule, type LearningRates } from './steps/schedule'
import type { TrainingHooks } from './types'

const LOST_HINT = `Put it back: ${GOES_ON}. A checkpoint has been written, so the run can also be stopped and continued later.`

/** What a monitor is made with. */
export interface MonitorOptions {
  readonly runFolder: string
  readonly epochs: number
  /** What the status says first. */
  readonly status: TrainingStatus
  readonly controls: TrainingControls
  readonly hooks: TrainingHooks
}

/** What follows from the loop's events: they are saved, timed, reported, and obey pauses. */
export class LoopMonitor implements LoopObserver, PauseListener, HoldListener {
  readonly reporter: Reporter
  readonly saver: RunSaver
  readonly #controls: TrainingControls
  readonly #hooks: TrainingHooks
  readonly #epochs: number
  readonly #hold: Hold
  readonly #pace = new TrainingPace()
  #source: PictureSource | null = null
  #rates: LearningRates | null = null
  /** When a drop that was asked for is due; null where none waits. */
  #dropDueMs: number | null = null
  #best: EpochMetrics | null = null
  /** Phase to go back to after a pause. */
  #workPhase: TrainingPhase = 'preparing'

  constructor({ runFolder, epochs, status, controls, hooks }: MonitorOptions) {
    this.#controls = controls
    this.#hooks = hooks
    this.#epochs = epochs
    this.#hold = new Hold(controls, this)
    this.saver = new RunSaver(runFolder, this.#hold)
    this.reporter = new Reporter(status, hooks)
  }

  get seconds(): number {
    return this.#pace.seconds
  }

  /** The best epoch so far. */
  get best(): EpochMetrics | null {
    return this.#best
  }

  get isHeld(): boolean {
    return this.#hold.isHeld
  }

  /** Reports that a pause has ended: where it had not begun, nothing else would. */
  endPausing(): void {
    if (this.reporter.status.phase === 'pausing') this.reporter.enter(this.#workPhase)
  }

  /** Divides the learning rate by 10 before the next update, unless that is taken back in time. */
  askDrop(): void {
    if (this.#dropDueMs !== null) return
    this.#dropDueMs = performance.now() + (this.#hooks.dropGraceMs ?? 0)
    this.reporter.update({ nextLearningRate: this.reporter.status.learningRate / RATE_DIVISOR })
  }

  /** Takes a drop back that waits. */
  keepRate(): void {
    this.#dropDueMs = null
    this.reporter.update({ nextLearningRate: null })
  }

  /** Adds a note to the status. */
  tell(note: string): void {
    this.reporter.update({ notes: [...this.reporter.status.notes, note] })
    this.#hooks.onNote?.(note)
  }

  /** Opens the record of a run that begins, or goes on from a checkpoint. */
  async openRun(run: RunFile, state: CheckpointState | null): Promise<void> {
    const history = await this.saver.open(run, state)
    this.#best = state?.best ?? null
    this.reporter.history.splice(0, Infinity, ...history)
    await this.saveRun('running')
  }

  /** Writes the state of the run, with its seconds. */
  async saveRun(state: RunState, change: Partial<RunFile> = {}): Promise<void> {
    await this.saver.saveRun({ state, failure: null, trainedSeconds: this.seconds, ...change })
  }

  /**
   * Called before the loop begins, from a checkpoint or from the beginning.
   * @param askedRate - the rate of its first update, instead of that of the schedule; null keeps to it
   */
  async beginLoop(job: TrainingJob, askedRate: number | null): Promise<void> {
    const { run, source, microBatch, state, rates, saver } = job
    if (askedRate !== null && this.#rates === null) {
      const step = (state?.step ?? 0) + 1
      const schedule = state?.schedule ?? startSchedule(run.settings.learningRate)
      rates.change(step, askedRate / rates.at(step, schedule))
      await this.saveRun('running', { rateChanges: rates.changes })
      this.tell(`Learning rate set manually to ${formatRate(askedRate)}, from step ${step} on.`)
    }
    this.#source = source
    this.#rates = rates
    await this.saveRun('running', { microBatch })
    this.#pace.begin(state?.trainedSeconds ?? 0)
    this.saver.useCheckpoints(saver)
  }

  /** The clock stands: the run is over. */
  end(): void {
    this.#pace.pause()
    this.#source = null
  }

  async breathe(): Promise<void> {
    await this.#hooks.onBetweenSteps?.()
    await this.#controls.breathe(this)
    const isDue = this.#dropDueMs !== null && performance.now() >= this.#dropDueMs
    if (isDue && this.#rates !== null) await this.#dropRate(this.#rates)
  }

  async #dropRate(rates: LearningRates): Promise<void> {
    this.#dropDueMs = null
    const { status } = this.reporter
    const step = status.step + 1
    const learningRate = status.learningRate / RATE_DIVISOR
    rates.change(step, 1 / RATE_DIVISOR)
    // On the disk before the first update with it, so that a run that goes on repeats it.
    await this.saveRun('running', { rateChanges: rates.changes })
    this.reporter.update({ learningRate, nextLearningRate: null })
    this.tell(
      `Learning rate dropped manually to ${formatRate(learningRate)}, from step ${step} on.`,
    )
  }

  async onPaused(): Promise<void> {
    this.#pace.pause()
    await this.saver.saveWithin()
    await this.saveRun('paused')
    this.reporter.enter('paused', 'Paused')
  }

  async onResumed(): Promise<void> {
    await this.saveRun('running')
    this.#pace.resume()
    this.reporter.enter(this.#workPhase)
  }

  onHeld(error: ErrorInfo, message: string): void {
    this.#pace.pause()
    this.reporter.update({ phase: 'paused', message, error })
  }

  onFreed(): void {
    if (this.#controls.isPauseAsked) {
      this.reporter.update({ error: null })
      return
    }
    this.#pace.resume()
    this.reporter.update({ phase: this.#workPhase, message: '', error: null })
  }

  async onPicturesLost({ code, message }: LostPictures): Promise<void> {
    if (!this.#hold.isHeld) {
      this.#pace.pause()
      await this.saver.saveWithin()
      await this.saveRun('paused')
    }
    await this.#hold.wait({ code, message, hint: LOST_HINT }, 'Paused: pictures cannot be read')
  }

  async onPictures(): Promise<void> {
    if (!this.#hold.isHeld) return
    await this.saveRun('running')
    this.#hold.end()
  }

  onPhase(phase: 'training' | 'validating' | 'saving', epoch: number, learningRate: number): void {
    this.#workPhase = phase
    if (phase === 'validating') this.#pace.beginValidation()
    const isAsked = this.#controls.isPauseAsked || this.#controls.isStopAsked
    this.reporter.update({ epoch, learningRate })
    if (!isAsked) this.reporter.enter(phase)
  }

  onEpochBegin(imagesDone: number): void {
    this.#pace.beginEpoch(imagesDone)
  }

  onCall(images: number): void {
    this.#pace.count(images)
    this.#updatePace()
  }

  async onStep({ step, epochsDone, learningRate, score, layers }: StepReport): Promise<void> {
    const place = { step, epoch: epochsDone }
    const line = {
      kind: 'step',
      ...place,
      seconds: this.seconds,
      learningRate,
      train: score,
    } as const
    this.saver.add(line)
    this.reporter.addStep(line)
    if (layers !== null) {
      this.saver.addLayers({ ...place, layers })
      this.#hooks.onLayers?.({ ...place, layers })
    }
    this.reporter.update({ step, learningRate })
    await this.saver.flushIfDue()
  }

  onValidated(): void {
    this.#updatePace()
  }

  async save(write: () => Promise<void>): Promise<void> {
    await this.saver.saveCheckpoint(write)
  }

  async onEpoch(metrics: EpochMetrics): Promise<void> {
    if (metrics.isBest) this.#best = metrics
    this.#pace.endEpoch()
    await this.saver.saveEpoch(metrics)
    await this.saveRun('running')
    this.reporter.addEpoch(metrics)
    // After the last epoch nothing is left that a stop could stop.
    if (metrics.epoch < this.#epochs) await this.breathe()
  }

  #updatePace(): void {
    const { run } = this.saver
    if (run === null) return
    this.reporter.update(this.#pace.describe(this.reporter.status, run, this.#source))
  }
}

const formatRate = (rate: number): string => String(Number(rate.toPrecision(3)))
