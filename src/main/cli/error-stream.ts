import { writeSync } from 'node:fs'
import { isatty, WriteStream } from 'node:tty'
import { errorDescriptor } from './supervised'

/** Between two attempts to write into a pipe that is full. */
const FULL_PIPE_MS = 5

let opened: WriteStream | null = null

/** The terminal behind the user's standard error; null where it is none. */
function findTerminal(): WriteStream | null {
  if (opened === null && isatty(errorDescriptor)) {
    opened = new WriteStream(errorDescriptor)
    // A terminal that was closed: the work goes on to its end.
    opened.on('error', () => undefined)
  }
  return opened
}

/** Whether lines for the user go to a terminal. */
export function isErrorTerminal(): boolean {
  return findTerminal() !== null
}

/** Width of that terminal in characters, as it is now; 80 where it does not say. */
export function errorColumns(): number {
  const [columns] = findTerminal()?.getWindowSize() ?? [0]
  return columns > 0 ? columns : 80
}

/** Writes for the user, at once: what comes after it may be the end of the process. */
export function writeError(text: string): void {
  const terminal = findTerminal()
  if (terminal !== null) {
    terminal.write(text)
    return
  }
  try {
    writeWhole(errorDescriptor, text)
  } catch {
    // Nobody reads it any more.
  }
}

/**
 * Writes a text to a descriptor at once, all of it.
 * @throws the system's error
 */
export function writeWhole(descriptor: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_MS)
    }
  }
}
