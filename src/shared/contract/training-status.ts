import type { ErrorInfo } from './errors'

export type TrainingPhase =
  | 'idle'
  | 'preparing'
  | 'training'
  | 'validating'
  | 'saving'
  | 'pausing'
  | 'paused'
  | 'stopping'
  | 'finished'
  | 'failed'

/** Everything that the status region shows; sent at about 4 Hz while something moves. */
export interface TrainingStatus {
  readonly phase: TrainingPhase
  readonly runFolder: string | null
  readonly runName: string
  /** Epoch in progress, from 1. */
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  readonly stepsPerEpoch: number
  readonly learningRate: number
  /** The rate that a drop by hand will set, while it can be taken back; null where none waits. */
  readonly nextLearningRate: number | null
  readonly imagesPerSecond: number | null
  /** null while it is not known: show "measuring". */
  readonly etaSeconds: number | null
  /** Pictures of one session call, and calls of one step. */
  readonly microBatch: number
  /** Share of the time spent waiting for pictures, 0..1. */
  readonly dataWaitShare: number | null
  readonly message: string
  /** What there is to know of the run since it was started or continued, a line each. */
  readonly notes: readonly string[]
  readonly error: ErrorInfo | null
}

/** What the status is while nothing has been started. */
export const IDLE_STATUS: TrainingStatus = {
  phase: 'idle',
  runFolder: null,
  runName: '',
  epoch: 0,
  epochs: 0,
  step: 0,
  stepsPerEpoch: 0,
  learningRate: 0,
  nextLearningRate: null,
  imagesPerSecond: null,
  etaSeconds: null,
  microBatch: 0,
  dataWaitShare: null,
  message: '',
  notes: [],
  error: null,
}
