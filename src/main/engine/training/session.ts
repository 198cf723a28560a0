import { rmdirSync } from 'node:fs'
import {
  IDLE_STATUS,
  toErrorInfo,
  type ErrorCode,
  type TrainingStatus,
} from '../../../shared/contract'
import {
  countStepsPerEpoch,
  type EpochMetrics,
  type MetricsLine,
  type RunFile,
  type TrainingSettings,
} from '../../../shared/spec'
import { explainDiskError } from '../../files/disk-errors'
import { CallRefused } from '../network'
import type { CompiledNetwork } from '../network/compiled-network'
import { cleanCheckpoints } from '../runs/checkpoint-folders'
import type { CheckpointState } from '../runs/checkpoint-state'
import { isRunFolder } from '../runs/run-folder'
import { takeTurn } from '../work/take-turn'
import { StopRequest, TrainingControls } from './controls'
import { trainEpochs, type TrainingJob } from './loop'
import { LoopMonitor } from './loop-monitor'
import { CheckpointSaver } from './saving/checkpoint-saver'
import { restore, type Prepared, type PrepareOptions } from './start/prepare'
import { LayerWatch } from './steps/layer-watch'
import { LossWatch } from './steps/loss-watch'
import { WINDOW_CALL_MS, halve } from './steps/micro-batch'
import { chooseRunMicroBatch } from './steps/run-micro-batch'
import { LearningRates } from './steps/schedule'
import type { TrainingHandle, TrainingHooks, TrainingOutcome } from './types'

/** After these the weights in memory are no longer those of the last update: they are not saved. */
const SPOILING: readonly ErrorCode[] = ['diverged', 'out-of-memory', 'internal']

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
  /** The learning rate to resume with, instead of that of the schedule; null keeps to it. */
  readonly askedRate: number | null
}

/** A run from its preparation to its end. What the loop does on its way is the monitor's. */
export class TrainingSession implements TrainingHandle {
  readonly runFolder: string
  readonly finished: Promise<TrainingOutcome>
  readonly #options: SessionOptions
  readonly #controls = new TrainingControls()
  readonly #monitor: LoopMonitor
  readonly #owned: { dispose(): void }[] = []
  #prepared: Prepared | null = null
  #isOver = false

  constructor(options: SessionOptions) {
    const { runFolder, name, epochs, learningRate, hooks } = options
    this.#options = options
    this.runFolder = runFolder
    const status: TrainingStatus = {
      ...IDLE_STATUS,
      phase: 'preparing',
      runFolder,
      runName: name,
      epochs,
      learningRate,
    }
    this.#monitor = new LoopMonitor({
      runFolder,
      epochs,
      status,
      controls: this.#controls,
      hooks,
    })
    this.finished = this.#conduct()
  }

  get run(): RunFile | null {
    return this.#monitor.saver.run
  }

  get network(): CompiledNetwork | null {
    return this.#isOver ? null : (this.#prepared?.network ?? null)
  }

  get step(): number {
    return this.#monitor.reporter.status.step
  }

  status(): TrainingStatus {
    return this.#monitor.reporter.status
  }

  history(): readonly MetricsLine[] {
    return this.#monitor.reporter.history
  }

  pause(): void {
    if (this.#isOver || this.#monitor.isHeld) return
    if (this.#controls.isStopAsked || this.#controls.isPauseAsked) return
    this.#controls.pause()
    this.#monitor.reporter.enter('pausing', 'Pausing after this micro-batch')
  }

  resume(): void {
    if (this.#isOver || !(this.#controls.isPauseAsked || this.#monitor.isHeld)) return
    this.#controls.resume()
    this.#monitor.endPausing()
  }

  dropLearningRate(): void {
    if (!this.#isOver) this.#monitor.askDrop()
  }

  keepLearningRate(): void {
    if (!this.#isOver) this.#monitor.keepRate()
  }

  stop(): void {
    if (this.#isOver || this.#controls.isStopAsked) return
    this.#controls.stop()
    this.#monitor.reporter.enter('stopping', 'Stopping after this micro-batch')
  }

  /** Never rejects: what fails is in the outcome. */
  async #conduct(): Promise<TrainingOutcome> {
    const { reporter, saver } = this.#monitor
    let outcome: TrainingOutcome
    let ended = 'Finished'
    try {
      // The caller gets its handle before the first report.
      await takeTurn()
      ended = await this.#work()
      outcome = { state: 'finished', best: this.#monitor.best, error: null }
    } catch (error) {
      const isStop = error instanceof StopRequest || this.#controls.isStopAsked
      const info = toErrorInfo(explainDiskError(error, this.runFolder))
      const isSpoilt = SPOILING.includes(info.code) && !(error instanceof CallRefused)
      if (error instanceof StopRequest || !isSpoilt) await saver.saveLast()
      outcome = isStop
        ? { state: 'stopped', best: this.#monitor.best, error: null }
        : { state: 'failed', best: this.#monitor.best, error: info }
    }
    this.#isOver = true
    this.#monitor.end()
    await this.#putInOrder(outcome)
    reporter.flushSteps()
    reporter.update({
      phase: outcome.state === 'stopped' ? 'idle' : outcome.state,
      message: outcome.error?.message ?? (outcome.state === 'stopped' ? 'Stopped' : ended),
      error: outcome.error,
      etaSeconds: null,
      imagesPerSecond: null,
      nextLearningRate: null,
    })
    return outcome
  }

  /** @returns how it ended, in words */
  async #work(): Promise<string> {
    const { reporter, saver } = this.#monitor
    await cleanCheckpoints(this.runFolder)
    const prepared = await this.#options.prepare({
      signal: this.#controls.signal,
      onProgress: (progress) => {
        const total = progress.total === null ? '' : ` of ${progress.total}`
        reporter.update({ message: `${progress.label}: ${progress.done}${total}` })
      },
      onMessage: (message) => {
        this.#controls.throwIfStopped()
        reporter.update({ message })
      },
      own: (resource) => this.#owned.push(resource),
    })
    this.#prepared = prepared
    for (const note of prepared.notes) this.#monitor.tell(note)
    await this.#monitor.openRun(prepared.run, prepared.state)
    let { state } = prepared
    let microBatch = await chooseRunMicroBatch(prepared, {
      wantedMs: this.#options.hooks.callMs ?? WINDOW_CALL_MS,
      onMeasure: () => reporter.update({ message: 'Measuring the step time' }),
      breathe: () => this.#monitor.breathe(),
      tell: (note) => this.#monitor.tell(note),
    })
    for (;;) {
      try {
        const end = await this.#train(prepared, state, microBatch)
        if (end === 'complete') return 'Finished'
        const words = describeEarlyEnd(prepared.run.settings, this.#monitor.best)
        this.#monitor.tell(words)
        return words
      } catch (error) {
        if (toErrorInfo(error).code !== 'out-of-memory' || microBatch === 1) throw error
        this.#monitor.tell(
          `Not enough memory for micro-batches of ${microBatch}: continuing with ${halve(microBatch)}. The batch size stays the same; gradients are accumulated.`,
        )
        // A call that was not made leaves the weights as the last update did.
        if (error instanceof CallRefused) await saver.saveLast()
        microBatch = halve(microBatch)
        state = await this.#rewind(prepared)
      }
    }
  }

  /** Trains to the end, from a checkpoint or from the beginning. */
  async #train(
    { run, network, source, layerRates }: Prepared,
    state: CheckpointState | null,
    microBatch: number,
  ): Promise<'complete' | 'stalled'> {
    const { runFolder } = this
    const { layerSteps } = run.settings
    const stepsPerEpoch = countStepsPerEpoch(run.trainImages, run.settings)
    this.#monitor.reporter.update({ microBatch, stepsPerEpoch, step: state?.step ?? 0 })
    const every = layerSteps > 0 ? layerSteps : stepsPerEpoch
    const losses = this.history().flatMap((line) => (line.kind === 'step' ? [line.train.loss] : []))
    const job: TrainingJob = {
      ...{ run, network, source, microBatch, state },
      rates: new LearningRates(run.settings, stepsPerEpoch, this.run?.rateChanges),
      saver: new CheckpointSaver({ runFolder, run, network, microBatch, state }),
      watch: new LayerWatch(network, every, layerRates),
      losses: new LossWatch(run.network.classes, run.settings, losses),
    }
    await this.#monitor.beginLoop(job, this.#options.askedRate)
    return trainEpochs(job, this.#monitor)
  }

  /** Back to the newest checkpoint: a call that failed may have updated some of the weights. */
  async #rewind({ run, network }: Prepared): Promise<CheckpointState | null> {
    const { reporter, saver } = this.#monitor
    reporter.enter('preparing', 'Going back to the last checkpoint')
    await saver.close()
    const { state, notes } = await restore(this.runFolder, run, network)
    await this.#monitor.openRun(run, state)
    for (const note of notes) this.#monitor.tell(note)
    return state
  }

  /** Closes everything, even if a part fails: a full disk must not keep the memory. */
  async #putInOrder({ state, error }: TrainingOutcome): Promise<void> {
    const { saver, seconds: trainedSeconds } = this.#monitor
    await saver.end({ state, failure: error?.message ?? null, trainedSeconds })
    for (const resource of this.#owned.splice(0)) resource.dispose()
    this.#prepared = null
    this.#options.unlock()
    if (!isRunFolder(this.runFolder)) removeEmptyFolder(this.runFolder)
  }
}

function describeEarlyEnd(
  { earlyStopping, epochs }: TrainingSettings,
  best: EpochMetrics | null,
): string {
  const after = earlyStopping === 1 ? 'an epoch' : `${earlyStopping} epochs`
  const found = best === null ? '' : `; the best is epoch ${best.epoch}`
  return `Finished early, before epoch ${epochs}: ${after} without a better one${found}.`
}

/** A run that never began leaves no empty folder. */
function removeEmptyFolder(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // It holds something: then it stays.
  }
}
