import type { EpochMetrics, RunFile } from '../../../../shared/spec'
import type { CompiledNetwork } from '../../network/compiled-network'
import { writeCheckpoint } from '../../runs/checkpoint'
import {
  pruneCheckpoints,
  removeCheckpoint,
  stepName,
  writeBest,
} from '../../runs/checkpoint-folders'
import type { CheckpointState, EpochPosition, ScheduleState } from '../../runs/checkpoint-state'

/** What a saver works with. */
export interface SaverOptions {
  readonly runFolder: string
  readonly run: RunFile
  readonly network: CompiledNetwork
  readonly microBatch: number
  /** The checkpoint that the run goes on from; null at the beginning. */
  readonly state: CheckpointState | null
}

/** Where a run stands. */
export interface TrainingStanding {
  /** Updates so far. */
  readonly step: number
  readonly schedule: ScheduleState
  /** Of the last epoch; null before the end of the first. */
  readonly metrics: EpochMetrics | null
  readonly best: EpochMetrics | null
  /** Epochs in a row that were no better than the best. */
  readonly stalledEpochs: number
}

/** Where it stands after an update inside an epoch. */
interface UpdateStanding extends TrainingStanding {
  readonly trainedSeconds: number
  readonly within: EpochPosition
}

/**
 * Writes a run's checkpoints: one at the end of each epoch, and inside an epoch at intervals of steps or
 * minutes, at a pause and at a stop. Each call may be repeated after one that failed.
 */
export class CheckpointSaver {
  #standing: UpdateStanding | null = null
  #savedStep: number
  /** Updates in the newest checkpoint of a whole epoch. */
  #epochStep: number
  #savedSeconds: number

  readonly #options: SaverOptions

  constructor(options: SaverOptions) {
    this.#options = options
    this.#savedStep = options.state?.step ?? 0
    this.#epochStep = options.state?.metrics?.step ?? 0
    this.#savedSeconds = options.state?.trainedSeconds ?? 0
  }

  /**
   * Updates in the checkpoint that a run goes on from where the weights after that update are spoilt, see
   * {@link discard}; 0 where there is none.
   */
  keptStep(spoiltStep: number): number {
    return this.#savedStep >= spoiltStep ? this.#epochStep : this.#savedStep
  }

  /** Takes note of an update, so that it can be saved. */
  reach(standing: UpdateStanding): void {
    this.#standing = standing
  }

  /** Whether the settings ask for a checkpoint now. */
  get isDue(): boolean {
    if (this.#standing === null) return false
    const { saveSteps, saveMinutes } = this.#options.run.settings
    const { step, trainedSeconds } = this.#standing
    const isManySteps = saveSteps > 0 && step - this.#savedStep >= saveSteps
    const isLong = saveMinutes > 0 && trainedSeconds - this.#savedSeconds >= saveMinutes * 60
    return isManySteps || isLong
  }

  /** Saves the last update, unless it is in a checkpoint already. */
  async saveWithin(): Promise<void> {
    if (this.#standing === null || this.#standing.step <= this.#savedStep) return
    const epoch = this.#standing.metrics?.epoch ?? 0
    await this.#write({ epoch, ...this.#standing })
  }

  /**
   * Takes back the checkpoint inside an epoch that was written after that update, if there is one: the
   * loss that followed shows that its weights are spoilt.
   */
  async discard(step: number): Promise<void> {
    await removeCheckpoint(this.#options.runFolder, stepName(step))
  }

  /** Saves the end of an epoch: the checkpoint first, whole; then which is the best. */
  async saveEpoch(
    metrics: EpochMetrics,
    { step, schedule, best, stalledEpochs }: TrainingStanding,
  ): Promise<void> {
    const { epoch, seconds: trainedSeconds } = metrics
    await this.#write({ epoch, step, trainedSeconds, schedule, metrics, best, stalledEpochs })
  }

  async #write(reached: Omit<CheckpointState, 'version' | 'microBatch' | 'random'>): Promise<void> {
    const { runFolder, network, microBatch, run } = this.#options
    const { network: spec, preprocessing, classNames, settings } = run
    const random = { seed: settings.seed, keyedBy: 'seed, step, epoch' } as const
    const state: CheckpointState = { version: 1, ...reached, microBatch, random }
    const identity = { network: spec, preprocessing, classNames }
    const name = await writeCheckpoint(runFolder, network, identity, state)
    if (state.best !== null) await writeBest(runFolder, state.best.epoch)
    // Only now may older ones go.
    await pruneCheckpoints(runFolder, name, state.best?.epoch ?? null, settings)
    this.#savedStep = state.step
    this.#epochStep = state.metrics?.step ?? 0
    this.#savedSeconds = state.trainedSeconds
    this.#standing = null
  }
}
