import { CommanderError } from 'commander'
import { toErrorInfo, type ErrorCode } from '../../shared/contract'
import { EXIT } from './exit-codes'

const BAD_INPUT: readonly ErrorCode[] = [
  'bad-input',
  'not-found',
  'pictures-missing',
  'validation-missing',
  'unreadable',
  'unsupported',
]

/** What an error becomes: one line for standard error (null: said already), and the exit code. */
export function describeFailure(error: unknown): { line: string | null; exitCode: number } {
  if (error instanceof CommanderError) {
    // Commander has written its own line; help and version are no failures.
    return { line: null, exitCode: error.exitCode === 0 ? EXIT.done : EXIT.badInput }
  }
  const { code, message, hint } = toErrorInfo(error)
  const line = `error: ${[message, hint].filter((part) => part !== '').join(' ')}`
  const isBadInput = BAD_INPUT.includes(code)
  if (code === 'cancelled') return { line: toOneLine(line), exitCode: EXIT.interrupted }
  return { line: toOneLine(line), exitCode: isBadInput ? EXIT.badInput : EXIT.failure }
}

/** An error as one line. */
export function toOneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ')
}
