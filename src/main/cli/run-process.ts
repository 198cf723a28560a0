import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { itemAt } from '../../shared/present'
import { escapeLine } from '../../shared/visible-text'
import { describeFileError } from '../files/disk-errors'
import { writeError } from './error-stream'
import { EXIT } from './exit-codes'
import { describeFailure } from './failure'
import { ProcessOutput } from './output'
import { runCommandLine } from './run-command-line'
import { followSupervisor, isSupervised } from './supervised'

/** Runs a command in this process, with its signals and its streams. */
export async function runProcess(args: readonly string[]): Promise<void> {
  const controller = new AbortController()
  const output = new ProcessOutput(() => controller.abort())
  if (isSupervised) listenToSupervisor(controller)
  else listenForInterrupt(controller)
  const exitCode = await runCommandLine(args, {
    output,
    signal: controller.signal,
    projectFolder: findProjectFolder(),
  })
  process.exitCode = output.fault === null ? exitCode : tellOutputFault(output)
}

/** @returns the exit code; a reader that has seen enough (`| head`) needs no line */
function tellOutputFault({ fault }: ProcessOutput): number {
  if ((fault as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.outputClosed
  writeError(`error: Expected to write to standard output; ${describeFileError(fault)}.\n`)
  return EXIT.failure
}

/** Ctrl-C once asks for a stop; twice quits at once. */
function listenForInterrupt(controller: AbortController): void {
  let wasAsked = false
  const interrupt = (): void => {
    if (wasAsked) process.exit(EXIT.interrupted)
    wasAsked = true
    controller.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
}

/** The supervisor counts: a signal that reaches both processes comes here twice. */
function listenToSupervisor(controller: AbortController): void {
  const stop = (): void => controller.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // Without a supervisor nobody sees the work, or could stop it by Ctrl-C.
  followSupervisor(stop)
  process.on('uncaughtException', (error) => {
    // For the log; the user's line is the one below.
    console.error(error)
    writeError(`${escapeLine(describeFailure(error).line ?? '')}\n`)
    process.exit(EXIT.failure)
  })
}

/** The nearest folder above this program that has a package.json. */
function findProjectFolder(): string {
  let folder = dirname(realpathSync(itemAt(process.argv, 1)))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) {
    folder = dirname(folder)
  }
  return folder
}
