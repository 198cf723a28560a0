import type { TrainingSettings } from './training-settings'

/** A run that waits for its turn; it becomes one on disk when it starts. */
export interface QueuedRun {
  readonly id: string
  /** Name of the run; '' lets the lab choose one. */
  readonly name: string
  readonly dataFolder: string
  readonly settings: TrainingSettings
  /** Why it could not start, in one line; null while it waits. */
  readonly fault: string | null
}

/** Most runs that wait. */
export const MAX_QUEUED = 100
