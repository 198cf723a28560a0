import type { Score } from './metrics'
import type { RunFile } from './run-file'

/** What a person notes about a run, in `labels.json` beside its `run.json`. */
export interface RunLabels {
  /** Runs of one group stand together in the list; '' for none. */
  readonly group: string
  readonly tags: readonly string[]
  /** Free text; '' for none. */
  readonly note: string
}

export const NO_LABELS: RunLabels = { group: '', tags: [], note: '' }

/** A run as the Runs list shows it. */
export interface RunSummary {
  readonly folder: string
  readonly run: RunFile
  readonly labels: RunLabels
  /** Whether some program trains it now: the lab's engine, or the command line. */
  readonly isLocked: boolean
  readonly epochs: number
  /** ISO 8601, UTC: when it was last at work, by its metrics. */
  readonly activeAt: string
  readonly best: { readonly epoch: number; readonly validation: Score } | null
  /** Names of the finished checkpoints, oldest first. */
  readonly checkpoints: readonly string[]
}
