import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { dirname } from 'node:path'

const KEPT_LINES = 50

/** What the engine process writes to its outputs: kept in a file, the last lines in memory. */
export class EngineLog {
  readonly #file: WriteStream
  #lines: string[] = []
  #rest = ''

  /** @param path - a file that is begun anew */
  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true })
    this.#file = createWriteStream(path)
    // A full disk must not stop the lab for the sake of its log.
    this.#file.on('error', () => undefined)
  }

  follow(stream: NodeJS.ReadableStream | null): void {
    stream?.on('data', (chunk: Buffer | string) => this.write(chunk.toString()))
  }

  write(text: string): void {
    this.#file.write(text)
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    this.#lines = [...this.#lines, ...lines.filter((line) => line.trim() !== '')].slice(-KEPT_LINES)
  }

  /** The last lines with anything on them, oldest first. */
  get lastLines(): readonly string[] {
    return this.#rest.trim() === '' ? this.#lines : [...this.#lines, this.#rest]
  }
}
