import { resolve } from 'node:path'

/** What the program was started with. */
export interface LaunchArguments {
  /** A folder or a picture to open, absolute. */
  readonly path: string | null
  /** A tour drives the window by itself. */
  readonly tour: boolean
}

/**
 * Reads the arguments.
 * @param argv - as the process has it: the executable, then (`hasAppFolder`) the app's folder
 * @param workingFolder - what a relative path is relative to
 */
export function readLaunchArguments(
  argv: readonly string[],
  hasAppFolder: boolean,
  workingFolder: string,
): LaunchArguments {
  const words = argv.slice(1).filter((argument) => !argument.startsWith('-'))
  const [path] = hasAppFolder ? words.slice(1) : words
  return {
    path: path === undefined ? null : resolve(workingFolder, path),
    tour: argv.includes('--tour'),
  }
}
