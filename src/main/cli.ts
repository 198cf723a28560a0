import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EXIT } from './cli/failure'
import { processOutput } from './cli/output'
import { runCommandLine } from './cli/run-command-line'

/** The command line: `vgg-lab <command>`, under plain Node, on the same engine as the window. */

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

/** The nearest folder above this program that has a package.json. */
function findProjectFolder(): string {
  let folder = dirname(realpathSync(process.argv[1] ?? '.'))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) {
    folder = dirname(folder)
  }
  return folder
}

// A reader that has seen enough (`| head`) closes the pipe: that is no failure.
if (process.argv[2] !== 'engine')
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done)
    throw error
  })

void runCommandLine(process.argv.slice(2), {
  output: processOutput,
  signal: listenForInterrupt(),
  projectFolder: findProjectFolder(),
}).then((exitCode) => {
  process.exitCode = exitCode
})
