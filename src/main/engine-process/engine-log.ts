import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

const TAIL_BYTES = 32 * 1024

/**
 * What the engine writes to standard error: a file, which it writes itself, so that its last words
 * are there however it ends. Started afresh when the lab starts.
 */
export class EngineLog {
  #startAt = 0

  constructor(readonly path: string) {
    try {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, '')
    } catch {
      // The relay says why it cannot be opened, if it still can't.
    }
  }

  /** An engine starts: what is there already is not its own. */
  begin(): void {
    this.#startAt = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
  }

  /** The last lines with anything on them since the engine started, oldest first. */
  readLast(): string[] {
    try {
      const file = openSync(this.path, 'r')
      try {
        const { size } = fstatSync(file)
        const from = Math.max(this.#startAt, size - TAIL_BYTES)
        const bytes = Buffer.alloc(Math.max(0, size - from))
        const read = readSync(file, bytes, 0, bytes.length, from)
        const lines = bytes.toString('utf8', 0, read).split('\n')
        return lines.filter((line) => line.trim() !== '')
      } finally {
        closeSync(file)
      }
    } catch {
      return []
    }
  }
}
