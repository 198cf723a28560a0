import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { itemAt } from '../../shared/present'
import { EXIT } from './exit-codes'
import { describeFailure } from './failure'
import { processOutput } from './output'
import { runCommandLine } from './run-command-line'
import { followSupervisor, isSupervised } from './supervised'

/** Runs a command in this process, with its signals and its streams. */
export async function runProcess(args: readonly string[]): Promise<void> {
  process.exitCode = await runCommandLine(args, {
    output: processOutput,
    signal: isSupervised ? listenToSupervisor() : listenForInterrupt(),
    projectFolder: findProjectFolder(),
  })
}

/** Ctrl-C once asks for a stop; twice quits at once. */
function listenForInterrupt(): AbortSignal {
  const controller = new AbortController()
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    controller.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return controller.signal
}

/** The supervisor counts: a signal that reaches both processes comes here twice. */
function listenToSupervisor(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // Without a supervisor nobody sees the work, or could stop it by Ctrl-C.
  followSupervisor(stop)
  process.on('uncaughtException', (error) => {
    // For the log; the user's line is the one below.
    console.error(error)
    processOutput.err(`${describeFailure(error).line ?? ''}\n`)
    process.exit(EXIT.failure)
  })
  return controller.signal
}

/** The nearest folder above this program that has a package.json. */
function findProjectFolder(): string {
  let folder = dirname(realpathSync(itemAt(process.argv, 1)))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) {
    folder = dirname(folder)
  }
  return folder
}
