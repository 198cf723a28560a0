import { rmdirSync } from 'node:fs'
import {
  IDLE_STATUS,
  toErrorInfo,
  type TrainingPhase,
  type TrainingStatus,
} from '../../../shared/contract'
import type { EpochMetrics, MetricsLine, RunFile, RunState } from '../../../shared/spec'
import type { CompiledNetwork } from '../network/types'
import { reportDevice } from '../tensorflow'
import { cleanCheckpoints } from './checkpoint'
import { StopRequest, TrainingControls, takeTurn, type PauseListener } from './controls'
import { explainDiskError } from './files'
import { trainEpochs, type LoopObserver, type StepReport } from './loop'
import { RateMeter, StopWatch, estimateSeconds } from './meters'
import { MetricsLog } from './metrics-log'
import { measureMicroBatch } from './micro-batch'
import type { Prepared, PrepareOptions } from './prepare'
import { Reporter } from './reporter'
import { isRunFolder, readMetrics, writeRun } from './run-folder'
import type { TrainingHandle, TrainingHooks, TrainingOutcome } from './types'

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
}

/** A run from its preparation to its end: what the loop needs around it. */
export class TrainingSession implements TrainingHandle, LoopObserver, PauseListener {
  readonly runFolder: string
  readonly finished: Promise<TrainingOutcome>
  private readonly controls = new TrainingControls()
  private readonly reporter: Reporter
  private readonly hooks: TrainingHooks
  private readonly watch = new StopWatch()
  private readonly rate = new RateMeter()
  private readonly owned: { dispose(): void }[] = []
  private prepared: Prepared | null = null
  private currentRun: RunFile | null = null
  private log: MetricsLog | null = null
  private best: EpochMetrics | null = null
  private isOver = false
  /** Phase to go back to after a pause. */
  private workPhase: TrainingPhase = 'preparing'
  private epochImages = 0
  private epochEndSeconds: number | null = null
  private epochEndStart = 0
  private waitSince = 0

  constructor(private readonly options: SessionOptions) {
    this.runFolder = options.runFolder
    this.hooks = options.hooks
    this.reporter = new Reporter(
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
    this.finished = this.conduct()
  }

  get run(): RunFile | null {
    return this.currentRun
  }

  get network(): CompiledNetwork | null {
    return this.isOver ? null : (this.prepared?.network ?? null)
  }

  get step(): number {
    return this.reporter.status.step
  }

  get seconds(): number {
    return this.watch.seconds
  }

  status(): TrainingStatus {
    return this.reporter.status
  }

  history(): readonly MetricsLine[] {
    return this.reporter.history
  }

  pause(): void {
    if (this.isOver || this.controls.isStopAsked || this.controls.isPauseAsked) return
    this.controls.pause()
    this.reporter.enter('pausing', 'Pausing after this call')
  }

  resume(): void {
    if (this.isOver || !this.controls.isPauseAsked) return
    this.controls.resume()
    // Where the pause had not begun, nothing else tells that it won't.
    if (this.reporter.status.phase === 'pausing') this.reporter.enter(this.workPhase)
  }

  stop(): void {
    if (this.isOver || this.controls.isStopAsked) return
    this.controls.stop()
    this.reporter.enter('stopping', 'Stopping after this call')
  }

  async breathe(): Promise<void> {
    await this.hooks.onBetweenSteps?.()
    await this.controls.breathe(this)
  }

  async onPaused(): Promise<void> {
    this.watch.pause()
    this.rate.restart()
    await this.log?.sync()
    await this.saveRun('paused')
    this.reporter.enter('paused', 'Paused')
  }

  async onResumed(): Promise<void> {
    await this.saveRun('running')
    this.watch.resume()
    this.reporter.enter(this.workPhase)
  }

  onPhase(phase: 'training' | 'validating' | 'saving', epoch: number, learningRate: number): void {
    this.workPhase = phase
    if (phase === 'training') {
      this.epochImages = 0
      this.rate.restart()
      this.rate.add(0, this.seconds)
      this.takeDataWait()
    }
    if (phase === 'validating') this.epochEndStart = this.seconds
    const isAsked = this.controls.isPauseAsked || this.controls.isStopAsked
    this.reporter.update({ epoch, learningRate })
    if (!isAsked) this.reporter.enter(phase)
  }

  onCall(images: number): void {
    this.epochImages += images
    this.rate.add(images, this.seconds)
    this.updateRate()
  }

  async onStep(report: StepReport): Promise<void> {
    const { step, epochsDone, learningRate, score } = report
    const line = {
      kind: 'step',
      step,
      epoch: epochsDone,
      seconds: this.seconds,
      learningRate,
      train: score,
    } as const
    this.log?.add(line)
    this.reporter.addStep(line)
    this.reporter.update({ step })
    await this.log?.flushIfDue()
  }

  onValidated(): void {
    this.updateRate()
  }

  async onEpoch(metrics: EpochMetrics): Promise<void> {
    if (metrics.isBest) this.best = metrics
    this.epochEndSeconds = this.seconds - this.epochEndStart
    this.log?.add(metrics)
    await this.log?.sync()
    await this.saveRun('running')
    this.reporter.addEpoch(metrics)
    // After the last epoch nothing is left that a stop could stop.
    if (metrics.epoch < this.options.epochs) await this.breathe()
  }

  /** Never rejects: what fails is in the outcome. */
  private async conduct(): Promise<TrainingOutcome> {
    let outcome: TrainingOutcome
    try {
      // The caller gets its handle before the first word is told.
      await takeTurn()
      await this.work()
      outcome = { state: 'finished', best: this.best, error: null }
    } catch (error) {
      const isStop = error instanceof StopRequest || this.controls.isStopAsked
      const explained = explainDiskError(error, this.runFolder)
      outcome = isStop
        ? { state: 'stopped', best: this.best, error: null }
        : { state: 'failed', best: this.best, error: toErrorInfo(explained) }
    }
    this.isOver = true
    this.watch.pause()
    await this.putInOrder(outcome)
    this.reporter.flushSteps()
    this.reporter.update({
      phase: outcome.state === 'stopped' ? 'idle' : outcome.state,
      message: outcome.error?.message ?? (outcome.state === 'stopped' ? 'Stopped' : 'Finished'),
      error: outcome.error,
      etaSeconds: null,
      imagesPerSecond: null,
    })
    return outcome
  }

  private async work(): Promise<void> {
    await cleanCheckpoints(this.runFolder)
    const prepared = await this.options.prepare({
      signal: this.controls.signal,
      onProgress: (progress) => {
        const total = progress.total === null ? '' : ` of ${progress.total}`
        this.reporter.update({ message: `${progress.label}: ${progress.done}${total}` })
      },
      onMessage: (message) => {
        this.controls.throwIfStopped()
        this.reporter.update({ message })
      },
      own: (resource) => this.owned.push(resource),
    })
    this.prepared = prepared
    this.currentRun = { ...prepared.run, state: 'running', failure: null }
    const { network, source, state } = prepared
    const { batchSize, accumulate } = prepared.run.settings
    await this.openLog(prepared)
    await this.saveRun('running')
    for (const note of prepared.notes) this.hooks.onNote?.(note)

    if (state === null) this.reporter.update({ message: 'Measuring the time of a step' })
    const { device, threads } = reportDevice()
    const processors = device === 'gpu' ? null : threads
    const breathe = (): Promise<void> => this.breathe()
    const microBatch =
      state?.microBatch ?? (await measureMicroBatch(network, batchSize, processors, breathe))
    const stepsPerEpoch = Math.ceil(Math.ceil(prepared.run.trainImages / batchSize) / accumulate)
    this.reporter.update({ microBatch, stepsPerEpoch, step: state?.step ?? 0 })

    if (microBatch < batchSize) {
      this.hooks.onNote?.(
        `Each batch of ${batchSize} is trained in micro-batches of ${microBatch}, so that a call stays near a second.`,
      )
    }
    this.watch.begin(state?.trainedSeconds ?? 0)
    const job = { runFolder: this.runFolder, run: prepared.run, network, source, microBatch, state }
    await trainEpochs(job, this)
  }

  private async openLog(prepared: Prepared): Promise<void> {
    const { state } = prepared
    this.best = state?.best ?? null
    const resumedAt = state?.step ?? 0
    const known = await readMetrics(this.runFolder)
    const kept = known.filter((line) => line.step <= resumedAt)
    this.log = await MetricsLog.open(this.runFolder, known.length > 0 ? resumedAt : null)
    this.reporter.history.push(...kept)
    // A crash between a checkpoint and its line is made good here.
    const last = kept[kept.length - 1]
    if (state !== null && (last?.kind !== 'epoch' || last.epoch !== state.epoch)) {
      this.log.add(state.metrics)
      this.reporter.history.push(state.metrics)
    }
  }

  private updateRate(): void {
    const { imagesPerSecond } = this.rate
    const run = this.currentRun
    if (run === null) return
    const { epoch, epochs } = this.reporter.status
    const epochsAfter = epochs - epoch
    const eta = estimateSeconds(
      {
        trainImages:
          run.trainImages * epochsAfter + Math.max(0, run.trainImages - this.epochImages),
        validations: epochsAfter + 1,
        validationImages: run.validationImages,
      },
      imagesPerSecond ?? this.reporter.status.imagesPerSecond,
      this.epochEndSeconds,
    )
    const change = { etaSeconds: eta, dataWaitShare: this.takeDataWait() }
    this.reporter.update(imagesPerSecond === null ? change : { ...change, imagesPerSecond })
  }

  /** Share of the time since the last second's look that was spent waiting for pictures. */
  private takeDataWait(): number | null {
    const now = performance.now()
    const sinceMs = now - this.waitSince
    if (sinceMs < 1000) return this.reporter.status.dataWaitShare
    const waitMs = this.prepared?.source.takeWaitMs() ?? 0
    const isFirst = this.waitSince === 0
    this.waitSince = now
    return isFirst ? null : Math.min(1, waitMs / sinceMs)
  }

  private async saveRun(state: RunState, failure: string | null = null): Promise<void> {
    if (this.currentRun === null) return
    this.currentRun = { ...this.currentRun, state, failure, trainedSeconds: this.seconds }
    await writeRun(this.runFolder, this.currentRun)
  }

  /** Everything is closed, whatever fails: a full disk must not keep the memory. */
  private async putInOrder(outcome: TrainingOutcome): Promise<void> {
    await this.log?.close().catch(() => undefined)
    await this.saveRun(outcome.state, outcome.error?.message ?? null).catch(() => undefined)
    for (const resource of this.owned.splice(0)) resource.dispose()
    this.prepared = null
    this.options.unlock()
    if (!isRunFolder(this.runFolder)) removeEmptyFolder(this.runFolder)
  }
}

/** A run that never began leaves no empty folder. */
function removeEmptyFolder(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // It holds something: then it stays.
  }
}
