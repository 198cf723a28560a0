import type { Command } from 'commander'
import { EXIT } from './exit-codes'
import { describeFailure } from './failure'
import type { Output } from './output'
import { makeProgram } from './program'
import { guardOutput } from './guard-output'

/** The surroundings of one command. */
export interface Surroundings {
  readonly output: Output
  readonly signal: AbortSignal
  readonly projectFolder: string
}

/**
 * Runs one command.
 * @param args - without the interpreter and the script
 * @returns the exit code: 0 done, 1 failure, 2 bad input, 130 stopped by Ctrl-C
 */
export async function runCommandLine(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const output = guardOutput(surroundings.output)
  let exitCode: number = EXIT.done
  const program = makeProgram({
    ...surroundings,
    output,
    setExitCode: (code) => {
      exitCode = code
    },
  })
  if (args.length === 0) {
    output.err(program.helpInformation())
    return EXIT.badInput
  }
  const [command, asked] = args
  if (command === 'help' && asked !== undefined && !hasCommand(program, asked)) {
    output.err(`error: unknown command '${asked}'\n`)
    return EXIT.badInput
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    const failure = describeFailure(error)
    if (failure.line !== null) output.err(`${failure.line}\n`)
    return failure.exitCode
  }
}

function hasCommand(program: Command, name: string): boolean {
  return name.startsWith('-') || program.commands.some((command) => command.name() === name)
}
