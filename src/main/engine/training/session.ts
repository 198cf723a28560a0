import { rmdirSync } from 'node:fs'
import {
  IDLE_STATUS,
  toErrorInfo,
  type ErrorCode,
  type ErrorInfo,
  type TrainingPhase,
  type TrainingStatus,
} from '../../../shared/contract'
import type { EpochMetrics, LayersLine, MetricsLine, RunFile, RunState } from '../../../shared/spec'
import type { LostPictures } from '../data/preparation/lost-pictures'
import { CallRefused } from '../network'
import type { CompiledNetwork } from '../network/compiled-network'
import { cleanCheckpoints } from '../runs/checkpoint-folders'
import { CheckpointSaver } from './saving/checkpoint-saver'
import type { CheckpointState } from '../runs/checkpoint-state'
import { takeTurn } from '../work/take-turn'
import { StopRequest, TrainingControls, type PauseListener } from './controls'
import { explainDiskError } from '../../files/disk-errors'
import { GOES_ON, Hold, type HoldListener } from './hold'
import { LayerWatch } from './steps/layer-watch'
import { trainEpochs, type LoopObserver, type StepReport } from './loop'
import { WINDOW_CALL_MS, halve } from './steps/micro-batch'
import { Pace } from './steps/pace'
import { PatientWriter } from './saving/patient-writer'
import { restore, type Prepared, type PrepareOptions } from './start/prepare'
import { Reporter } from './reporter'
import { chooseRunMicroBatch } from './steps/run-micro-batch'
import { isRunFolder } from '../runs/run-folder'
import { RunRecord } from './saving/run-record'
import { DIVISOR, LearningRates, startSchedule } from './steps/schedule'
import type { TrainingHandle, TrainingHooks, TrainingOutcome } from './types'

/** After these the weights in memory are no longer those of the last update: they are not saved. */
const SPOILING: readonly ErrorCode[] = ['diverged', 'out-of-memory', 'internal']

const LOST_HINT = `Put it back: ${GOES_ON}. A checkpoint has been written, so the run can also be stopped and continued later.`

/** What a session is made with. */
export interface SessionOptions {
  readonly runFolder: string
  readonly name: string
  readonly epochs: number
  readonly learningRate: number
  readonly hooks: TrainingHooks
  /** Gives the run's lock back. */
  readonly unlock: () => void
  readonly prepare: (options: PrepareOptions) => Promise<Prepared>
  /** The rate to go on with, whatever the schedule says; null keeps to it. */
  readonly askedRate: number | null
}

/** A run from its preparation to its end: what the loop needs around it. */
export class TrainingSession implements TrainingHandle, LoopObserver, PauseListener, HoldListener {
  readonly runFolder: string
  readonly finished: Promise<TrainingOutcome>
  readonly #controls = new TrainingControls()
  readonly #hold: Hold
  readonly #writer: PatientWriter
  readonly #reporter: Reporter
  readonly #hooks: TrainingHooks
  readonly #pace = new Pace()
  readonly #owned: { dispose(): void }[] = []
  #prepared: Prepared | null = null
  #record: RunRecord | null = null
  #saver: CheckpointSaver | null = null
  #rates: LearningRates | null = null
  /** A drop that was asked for and waits for the next update. */
  #isDropAsked = false
  #best: EpochMetrics | null = null
  #isOver = false
  /** Phase to go back to after a pause. */
  #workPhase: TrainingPhase = 'preparing'

  readonly #options: SessionOptions

  constructor(options: SessionOptions) {
    this.#options = options
    this.runFolder = options.runFolder
    this.#hooks = options.hooks
    this.#hold = new Hold(this.#controls, this)
    this.#writer = new PatientWriter(options.runFolder, this.#hold)
    this.#reporter = new Reporter(
      {
        ...IDLE_STATUS,
        phase: 'preparing',
        runFolder: options.runFolder,
        runName: options.name,
        epochs: options.epochs,
        learningRate: options.learningRate,
      },
      options.hooks,
    )
    this.finished = this.#conduct()
  }

  get run(): RunFile | null {
    return this.#record?.run ?? null
  }

  get network(): CompiledNetwork | null {
    return this.#isOver ? null : (this.#prepared?.network ?? null)
  }

  get step(): number {
    return this.#reporter.status.step
  }

  get seconds(): number {
    return this.#pace.seconds
  }

  status(): TrainingStatus {
    return this.#reporter.status
  }

  history(): readonly MetricsLine[] {
    return this.#reporter.history
  }

  pause(): void {
    if (this.#isOver || this.#hold.isHeld) return
    if (this.#controls.isStopAsked || this.#controls.isPauseAsked) return
    this.#controls.pause()
    this.#reporter.enter('pausing', 'Pausing after this micro-batch')
  }

  resume(): void {
    if (this.#isOver || !(this.#controls.isPauseAsked || this.#hold.isHeld)) return
    this.#controls.resume()
    // Where the pause had not begun, nothing else tells that it won't.
    if (this.#reporter.status.phase === 'pausing') this.#reporter.enter(this.#workPhase)
  }

  dropLearningRate(): void {
    if (!this.#isOver) this.#isDropAsked = true
  }

  stop(): void {
    if (this.#isOver || this.#controls.isStopAsked) return
    this.#controls.stop()
    this.#reporter.enter('stopping', 'Stopping after this micro-batch')
  }

  async breathe(): Promise<void> {
    await this.#hooks.onBetweenSteps?.()
    await this.#controls.breathe(this)
    if (this.#isDropAsked && this.#rates !== null) await this.#dropRate(this.#rates)
  }

  async #dropRate(rates: LearningRates): Promise<void> {
    this.#isDropAsked = false
    const step = this.step + 1
    const learningRate = this.#reporter.status.learningRate / DIVISOR
    rates.change(step, 1 / DIVISOR)
    // On the disk before the first update with it, so that a run that goes on repeats it.
    await this.#saveRun('running', { rateChanges: rates.changes })
    this.#reporter.update({ learningRate })
    this.#tell(
      `Learning rate dropped manually to ${formatRate(learningRate)}, from step ${step} on.`,
    )
  }

  async onPaused(): Promise<void> {
    this.#pace.pause()
    await this.save(async () => this.#saver?.saveWithin())
    await this.#saveRun('paused')
    this.#reporter.enter('paused', 'Paused')
  }

  async onResumed(): Promise<void> {
    await this.#saveRun('running')
    this.#pace.resume()
    this.#reporter.enter(this.#workPhase)
  }

  onHeld(error: ErrorInfo, message: string): void {
    this.#pace.pause()
    this.#reporter.update({ phase: 'paused', message, error })
  }

  onFreed(): void {
    if (this.#controls.isPauseAsked) {
      this.#reporter.update({ error: null })
      return
    }
    this.#pace.resume()
    this.#reporter.update({ phase: this.#workPhase, message: '', error: null })
  }

  async onPicturesLost({ code, message }: LostPictures): Promise<void> {
    if (!this.#hold.isHeld) {
      this.#pace.pause()
      await this.save(async () => this.#saver?.saveWithin())
      await this.#saveRun('paused')
    }
    await this.#hold.wait({ code, message, hint: LOST_HINT }, 'Paused: pictures cannot be read')
  }

  async onPictures(): Promise<void> {
    if (!this.#hold.isHeld) return
    await this.#saveRun('running')
    this.#hold.end()
  }

  onPhase(phase: 'training' | 'validating' | 'saving', epoch: number, learningRate: number): void {
    this.#workPhase = phase
    if (phase === 'validating') this.#pace.beginValidation()
    const isAsked = this.#controls.isPauseAsked || this.#controls.isStopAsked
    this.#reporter.update({ epoch, learningRate })
    if (!isAsked) this.#reporter.enter(phase)
  }

  onEpochBegin(imagesDone: number): void {
    this.#pace.beginEpoch(imagesDone)
  }

  onCall(images: number): void {
    this.#pace.count(images)
    this.#updatePace()
  }

  async onStep(report: StepReport): Promise<void> {
    const { step, epochsDone, learningRate, score, layers } = report
    const line = {
      kind: 'step',
      step,
      epoch: epochsDone,
      seconds: this.seconds,
      learningRate,
      train: score,
    } as const
    this.#record?.add(line)
    this.#reporter.addStep(line)
    if (layers !== null) this.#addLayers({ step, epoch: epochsDone, layers })
    this.#reporter.update({ step, learningRate })
    await this.#writer.write(() => this.#record?.flushIfDue())
  }

  #addLayers(line: LayersLine): void {
    this.#record?.addLayers(line)
    this.#hooks.onLayers?.(line)
  }

  onValidated(): void {
    this.#updatePace()
  }

  async save(write: () => Promise<void>): Promise<void> {
    // The lines first: what is before a checkpoint never comes again.
    await this.#writer.write(() => this.#record?.syncMetrics())
    await this.#writer.write(write)
  }

  async onEpoch(metrics: EpochMetrics): Promise<void> {
    if (metrics.isBest) this.#best = metrics
    this.#pace.endEpoch()
    this.#record?.add(metrics)
    await this.#writer.write(() => this.#record?.syncMetrics())
    await this.#saveRun('running')
    this.#reporter.addEpoch(metrics)
    // After the last epoch nothing is left that a stop could stop.
    if (metrics.epoch < this.#options.epochs) await this.breathe()
  }

  /** Never rejects: what fails is in the outcome. */
  async #conduct(): Promise<TrainingOutcome> {
    let outcome: TrainingOutcome
    try {
      // The caller gets its handle before the first word is told.
      await takeTurn()
      await this.#work()
      outcome = { state: 'finished', best: this.#best, error: null }
    } catch (error) {
      const isStop = error instanceof StopRequest || this.#controls.isStopAsked
      const info = toErrorInfo(explainDiskError(error, this.runFolder))
      const isSpoilt = SPOILING.includes(info.code) && !(error instanceof CallRefused)
      if (isStop || !isSpoilt) await this.#saveLast()
      outcome = isStop
        ? { state: 'stopped', best: this.#best, error: null }
        : { state: 'failed', best: this.#best, error: info }
    }
    this.#isOver = true
    this.#pace.pause()
    await this.#putInOrder(outcome)
    this.#reporter.flushSteps()
    this.#reporter.update({
      phase: outcome.state === 'stopped' ? 'idle' : outcome.state,
      message: outcome.error?.message ?? (outcome.state === 'stopped' ? 'Stopped' : 'Finished'),
      error: outcome.error,
      etaSeconds: null,
      imagesPerSecond: null,
    })
    return outcome
  }

  async #work(): Promise<void> {
    await cleanCheckpoints(this.runFolder)
    const prepared = await this.#options.prepare({
      signal: this.#controls.signal,
      onProgress: (progress) => {
        const total = progress.total === null ? '' : ` of ${progress.total}`
        this.#reporter.update({ message: `${progress.label}: ${progress.done}${total}` })
      },
      onMessage: (message) => {
        this.#controls.throwIfStopped()
        this.#reporter.update({ message })
      },
      own: (resource) => this.#owned.push(resource),
    })
    this.#prepared = prepared
    for (const note of prepared.notes) this.#tell(note)
    await this.#openRecord(prepared.run, prepared.state)
    let { state } = prepared
    let microBatch = await chooseRunMicroBatch(prepared, {
      wantedMs: this.#hooks.callMs ?? WINDOW_CALL_MS,
      onMeasure: () => this.#reporter.update({ message: 'Measuring the step time' }),
      breathe: () => this.breathe(),
      tell: (note) => this.#tell(note),
    })
    for (;;) {
      try {
        await this.#train(prepared, state, microBatch)
        return
      } catch (error) {
        if (toErrorInfo(error).code !== 'out-of-memory' || microBatch === 1) throw error
        this.#tell(
          `Not enough memory for micro-batches of ${microBatch}: continuing with ${halve(microBatch)}. The batch size stays the same; gradients are accumulated.`,
        )
        // A call that was not made leaves the weights as the last update did.
        if (error instanceof CallRefused) await this.#saveLast()
        microBatch = halve(microBatch)
        state = await this.#rewind(prepared)
      }
    }
  }

  /** Trains to the end, from a checkpoint or from the beginning. */
  async #train(
    { run, network, layerRates, source }: Prepared,
    state: CheckpointState | null,
    microBatch: number,
  ): Promise<void> {
    const { batchSize, accumulate } = run.settings
    const stepsPerEpoch = Math.ceil(Math.ceil(run.trainImages / batchSize) / accumulate)
    const step = state?.step ?? 0
    this.#reporter.update({ microBatch, stepsPerEpoch, step })
    const rates = new LearningRates(run.settings, stepsPerEpoch, this.run?.rateChanges)
    const { askedRate } = this.#options
    const schedule = state?.schedule ?? startSchedule(run.settings.learningRate)
    if (askedRate !== null && this.#rates === null) {
      rates.change(step + 1, askedRate / rates.at(step + 1, schedule))
      await this.#saveRun('running', { rateChanges: rates.changes })
      this.#tell(
        `Learning rate set manually to ${formatRate(askedRate)}, from step ${step + 1} on.`,
      )
    }
    this.#rates = rates
    await this.#saveRun('running', { microBatch })
    this.#pace.begin(state?.trainedSeconds ?? 0)
    const { runFolder } = this
    const saver = new CheckpointSaver({ runFolder, run, network, microBatch, state })
    this.#saver = saver
    const { layerSteps } = run.settings
    const every = layerSteps > 0 ? layerSteps : stepsPerEpoch
    const watch = new LayerWatch(network, every, layerRates)
    await trainEpochs({ run, network, source, microBatch, state, saver, rates, watch }, this)
  }

  /** Back to the newest checkpoint: a call that failed may have updated some of the weights. */
  async #rewind({ run, network }: Prepared): Promise<CheckpointState | null> {
    this.#saver = null
    this.#reporter.enter('preparing', 'Going back to the last checkpoint')
    await this.#record?.close()
    const { state, notes } = await restore(this.runFolder, run, network)
    await this.#openRecord(run, state)
    for (const note of notes) this.#tell(note)
    return state
  }

  async #openRecord(run: RunFile, state: CheckpointState | null): Promise<void> {
    const { record, history } = await RunRecord.open(this.runFolder, this.run ?? run, state)
    this.#record = record
    this.#best = state?.best ?? null
    this.#reporter.history.splice(0, Infinity, ...history)
    await this.#saveRun('running')
  }

  #tell(note: string): void {
    this.#reporter.update({ notes: [...this.#reporter.status.notes, note] })
    this.#hooks.onNote?.(note)
  }

  /** Keeps what was done since the last checkpoint, if it can. */
  async #saveLast(): Promise<void> {
    try {
      await this.#record?.syncMetrics()
      await this.#saver?.saveWithin()
    } catch {
      // The run goes on from the checkpoint before.
    }
  }

  #updatePace(): void {
    const { run } = this
    if (run === null) return
    const source = this.#prepared?.source ?? null
    this.#reporter.update(this.#pace.describe(this.#reporter.status, run, source))
  }

  async #saveRun(state: RunState, change: Partial<RunFile> = {}): Promise<void> {
    const kept = { state, failure: null, trainedSeconds: this.seconds, ...change }
    await this.#writer.write(() => this.#record?.save(kept))
  }

  /** Everything is closed, whatever fails: a full disk must not keep the memory. */
  async #putInOrder({ state, error }: TrainingOutcome): Promise<void> {
    await this.#record?.close().catch(() => undefined)
    await this.#record
      ?.save({ state, failure: error?.message ?? null, trainedSeconds: this.seconds })
      .catch(() => undefined)
    for (const resource of this.#owned.splice(0)) resource.dispose()
    this.#prepared = null
    this.#options.unlock()
    if (!isRunFolder(this.runFolder)) removeEmptyFolder(this.runFolder)
  }
}

const formatRate = (rate: number): string => String(Number(rate.toPrecision(3)))

/** A run that never began leaves no empty folder. */
function removeEmptyFolder(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // It holds something: then it stays.
  }
}
