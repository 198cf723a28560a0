import { needsSupervision, supervise } from './cli/supervise'
import { EXIT } from './cli/exit-codes'
import { escapeLine } from '../shared/visible-text'
import { isSupervised } from './cli/supervised'

/** The command line: `vgg-lab <command>`, under plain Node, on the same engine as the window. */
async function main(args: readonly string[]): Promise<void> {
  if (!isSupervised && needsSupervision(args)) {
    process.exitCode = await supervise(args)
    return
  }
  const { runProcess } = await import('./cli/run-process')
  await runProcess(args)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(
    `error: ${escapeLine(error instanceof Error ? error.message : String(error))}\n`,
  )
  process.exitCode = EXIT.failure
})
