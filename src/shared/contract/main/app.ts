import { nothing } from '../args'
import { resultOf } from '../call-table'

/** Facts about the program, for its status line and its About box. */
export interface AppInfo {
  readonly version: string
  readonly electron: string
  readonly chromium: string
  readonly node: string
  /** Where this Electron came from; a line of warning when it is out of support. */
  readonly runtimeWarning: string | null
  readonly runsFolder: string
  readonly sampleFolder: string
  /** The machine's memory, in bytes. */
  readonly memoryBytes: number
  /** A tour drives the window by itself. */
  readonly tour: boolean
}

export const APP_CALLS = {
  'app.info': { args: nothing, result: resultOf<AppInfo>() },
} as const
