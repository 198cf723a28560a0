import { AppendFile } from './append-file'

/** Appends objects to a file, one JSON line each; gathers them until they are flushed. */
export class LinesFile<T> {
  #pending: T[] = []

  readonly #file: AppendFile

  private constructor(file: AppendFile) {
    this.#file = file
  }

  /** Opens a file; a line that a crash cut off is ended, so that the next stands alone. */
  static async open<T>(path: string): Promise<LinesFile<T>> {
    const file = await AppendFile.open(path)
    try {
      await file.endLine()
      return new LinesFile<T>(file)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Whether lines wait to be written. */
  get isPending(): boolean {
    return this.#pending.length > 0
  }

  add(line: T): void {
    this.#pending.push(line)
  }

  /** What cannot be written stays pending: a later call, with room on the disk, writes it. */
  async flush(): Promise<void> {
    const lines = this.#pending
    if (lines.length === 0) return
    await this.#file.append(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')))
    this.#pending = this.#pending.slice(lines.length)
  }

  /** Writes the rest and forces it to the disk. */
  async sync(): Promise<void> {
    await this.flush()
    await this.#file.sync()
  }

  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.#file.close()
    }
  }
}
