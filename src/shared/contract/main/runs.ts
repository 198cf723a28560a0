import { z } from 'zod'
import type { RunCurves, RunSummary } from '../../spec'
import { runLabelsSchema } from '../../spec/run-labels-schema'
import { absolutePath, nothing } from '../args'
import { resultOf } from '../call-table'

/** A folder among the runs that cannot be read as one. */
export interface BrokenRun {
  readonly folder: string
  /** In one line: what was expected and what came. */
  readonly fault: string
}

/** A run on its way into a file, or out of one. */
export interface RunTransfer {
  readonly kind: 'export' | 'import'
  /** Of the run's folder, or of the file. */
  readonly name: string
  readonly doneBytes: number
  readonly totalBytes: number
  /** Bytes a second since it began, and what that leaves to wait; null while it is being measured. */
  readonly perSecond: number | null
  readonly etaSeconds: number | null
}

/** The runs of a folder, as they lie on disk. */
export interface RunListing {
  /** Newest first. */
  readonly runs: readonly RunSummary[]
  /** Folders among them that cannot be read as a run. */
  readonly broken: readonly BrokenRun[]
}

const oneRun = z.strictObject({ folder: absolutePath })

export const RUN_CALLS = {
  'runs.list': { args: nothing, result: resultOf<RunListing>() },
  /** All metrics of a run. */
  'runs.curves': { args: oneRun, result: resultOf<RunCurves>() },
  /** Another name for a run; refused while it trains. */
  'runs.rename': {
    args: oneRun.extend({ name: z.string().trim().min(1).max(100) }),
    result: resultOf<null>(),
  },
  'runs.label': { args: oneRun.extend({ labels: runLabelsSchema }), result: resultOf<null>() },
  /** Moves a run's folder to the system's trash; refused while it trains. */
  'runs.trash': { args: oneRun, result: resultOf<null>() },
  /** Asks where, writes a run there as one file; long: sends `transfer`. The path, or null when cancelled. */
  'runs.export': { args: oneRun, result: resultOf<string | null>() },
  /** Asks for such a file and makes a new run of it; long: sends `transfer`. The run's folder, or null. */
  'runs.import': { args: nothing, result: resultOf<string | null>() },
  /** Ends the export or import that is going on. */
  'runs.cancelTransfer': { args: nothing, result: resultOf<null>() },
} as const
