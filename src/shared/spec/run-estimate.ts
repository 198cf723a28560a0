import type { TrainingSettings } from './training-settings'

/** What is left of a run. */
export interface RemainingWork {
  readonly trainImages: number
  readonly validations: number
  readonly validationImages: number
}

/** A validation costs a forward pass a picture, a third of a step, where none was timed yet. */
const FORWARD_SHARE = 1 / 3

/** Seconds to the end; null while the rate is not known. */
export function estimateSeconds(
  work: RemainingWork,
  imagesPerSecond: number | null,
  epochEndSeconds: number | null,
): number | null {
  if (imagesPerSecond === null) return null
  const guess = (work.validationImages * FORWARD_SHARE) / imagesPerSecond
  return work.trainImages / imagesPerSecond + work.validations * (epochEndSeconds ?? guess)
}

/** Updates of an epoch. */
export function countStepsPerEpoch(
  trainImages: number,
  { batchSize, accumulate }: Pick<TrainingSettings, 'batchSize' | 'accumulate'>,
): number {
  return Math.ceil(Math.ceil(trainImages / batchSize) / accumulate)
}

/** The disk space that a run's checkpoints take at most. */
export interface CheckpointPlan {
  /** Most checkpoints at a time: those that are kept, and the one being written. */
  readonly count: number
  readonly bytesEach: number
  readonly bytes: number
}

/** Weights and velocity, four bytes a parameter each; the state beside them is small. */
const BYTES_PER_PARAMETER = 8

/** What the end of an epoch costs beside its validation: a checkpoint that is safe on an ordinary disk. */
const SAVE_SECONDS = 0.1
const SAVED_BYTES_PER_SECOND = 150e6

/** Seconds that writing one checkpoint takes, about. */
export function estimateSaving(parameters: number): number {
  return SAVE_SECONDS + (parameters * BYTES_PER_PARAMETER) / SAVED_BYTES_PER_SECOND
}

/** Plans the checkpoints of a run: the best, the newest, those that stay for good, and one being written. */
export function planCheckpoints(
  parameters: number,
  { epochs, keepLast, keepEvery }: Pick<TrainingSettings, 'epochs' | 'keepLast' | 'keepEvery'>,
): CheckpointPlan {
  const forGood = keepEvery > 0 ? Math.floor(epochs / keepEvery) : 0
  const count = Math.min(epochs, keepLast + 1 + forGood) + 1
  const bytesEach = parameters * BYTES_PER_PARAMETER
  return { count, bytesEach, bytes: count * bytesEach }
}
