import type { ErrorInfo, TrainingStatus } from '../../../shared/contract'
import type {
  EpochMetrics,
  LayersLine,
  MetricsLine,
  ResumableSettings,
  RunFile,
  StepMetrics,
  TrainingSettings,
} from '../../../shared/spec'
import type { CompiledNetwork } from '../network/compiled-network'

/** Reports of a run while it trains; called between session calls, never inside one. */
export interface TrainingHooks {
  /** At about 4 Hz while something moves, and at every change of phase. */
  readonly onStatus?: (status: TrainingStatus) => void
  /** Steps since the last call, at about 4 Hz; none is dropped. */
  readonly onSteps?: (steps: readonly StepMetrics[]) => void
  readonly onEpoch?: (epoch: EpochMetrics) => void
  /** After an update whose layers were measured. */
  readonly onLayers?: (layers: LayersLine) => void
  /**
   * After each micro-batch, when the weights may be looked at. The next one begins only when the
   * promise has resolved, so that a question that takes some turns (reading a file, decoding it)
   * need not wait a whole step for each.
   */
  readonly onBetweenSteps?: () => void | Promise<void>
  /**
   * Milliseconds that a session call may take about: none of these is called within one. Left out, so
   * short that a window's questions get through (`WINDOW_CALL_MS`). A run that goes on keeps the
   * size of its calls.
   */
  readonly callMs?: number
  /** Milliseconds in which a drop of the learning rate can be taken back; none where left out. */
  readonly dropGraceMs?: number
  /** A line about what the run begins with: which layers were copied from where, warnings. */
  readonly onNote?: (note: string) => void
}

/**
 * What may differ from a run's own settings when it goes on: those of `RESUMABLE`, where the pictures
 * are, and less memory. The micro-batch and the learning rate apply from now on; the schedule's later
 * drops stay.
 */
export interface ResumeChanges extends ResumableSettings {
  /** Where the pictures are now, if they were moved; absolute. */
  readonly dataFolder?: string
  /** Where the validation pictures are now, in a run that has a folder of their own; absolute. */
  readonly validationFolder?: string
  /** Halves the micro-batch: the run was ended for want of memory. */
  readonly lessMemory?: boolean
}

/** A new run. */
export interface TrainingRequest {
  /** Absolute path of the pictures. */
  readonly dataFolder: string
  /** Run folder to make; must not hold a run already. */
  readonly runFolder: string
  readonly name: string
  readonly settings: TrainingSettings
}

export interface TrainingOutcome {
  readonly state: 'finished' | 'stopped' | 'failed'
  readonly best: EpochMetrics | null
  readonly error: ErrorInfo | null
}

/**
 * A run in progress. It works in the caller's thread: session calls block, and between them the
 * loop yields to the event loop, so that messages are served.
 *
 * `startTraining(request, hooks): TrainingHandle` and `continueTraining(runFolder, hooks):
 * Promise<TrainingHandle>` in `training/index.ts` make one. Both throw LabError for faults that show
 * at once (bad settings, a run folder in use, a folder that is no run); what fails later is in
 * `finished`, which never rejects.
 */
export interface TrainingHandle {
  readonly runFolder: string
  /** null until `run.json` is written (the data folder must be scanned first). */
  readonly run: RunFile | null
  /** The network in training, for questions between two steps; null while it is being prepared. */
  readonly network: CompiledNetwork | null
  readonly step: number
  readonly finished: Promise<TrainingOutcome>
  status(): TrainingStatus
  history(): readonly MetricsLine[]
  pause(): void
  resume(): void
  /** Divides the learning rate by 10 from the next update on, after `TrainingHooks.dropGraceMs`. */
  dropLearningRate(): void
  /** Takes a drop back that no update has taken yet. */
  keepLearningRate(): void
  /** Within one micro-batch; `finished` resolves after the run folder is in order. */
  stop(): void
}
