import type { Output } from './output'

/** What the commands need of the process that they run in. */
export interface CommandContext {
  readonly output: Output
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Folder of the project, where the set-up left its notes. */
  readonly projectFolder: string
  readonly setExitCode: (exitCode: number) => void
}
