import { nothing } from '../args'
import { resultOf } from '../call-table'
import type { DeviceReport } from '../device'
import type { ErrorInfo } from '../errors'

/** What a run that was cut off can go on from. */
export interface ResumePoint {
  /** The checkpoint that was written last; null before the first: the run can start again. */
  readonly checkpoint: string | null
  /** Pictures of one session call; null where none was chosen yet. */
  readonly microBatch: number | null
}

/** State of the engine process, told to the window whenever it changes. */
export type EngineState =
  | { readonly state: 'starting' }
  | {
      readonly state: 'ready'
      readonly device: DeviceReport
      readonly startMs: number
      /** Of the engine's process, for whoever looks for it in the system's lists. */
      readonly pid: number
    }
  | {
      readonly state: 'gone'
      /** In words: "The engine was killed (SIGKILL)". */
      readonly reason: string
      /** Memory did not suffice: the run had better go on with less. */
      readonly isOutOfMemory: boolean
      /** The run that was cut off, to be continued on one click. */
      readonly runFolder: string | null
      /** What that run can go on from; null where there is no run, or nothing of it on the disk yet. */
      readonly standing: ResumePoint | null
    }
  | { readonly state: 'failed'; readonly error: ErrorInfo }

export const ENGINE_PROCESS_CALLS = {
  'engine.state': { args: nothing, result: resultOf<EngineState>() },
  /** Starts the engine again, after it failed or with other settings; refused while a run trains. */
  'engine.restart': { args: nothing, result: resultOf<null>() },
} as const
