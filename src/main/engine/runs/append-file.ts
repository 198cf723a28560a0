import { open, type FileHandle } from 'node:fs/promises'

const NEWLINE = 10

/**
 * A file that is only appended to. What a failed write left of its bytes (a full disk takes a part of
 * them) is cut off before the next, so that the same bytes can be given again.
 */
export class AppendFile {
  #isTorn = false

  readonly #file: FileHandle
  #size: number

  private constructor(
    file: FileHandle,
    /** Bytes that are whole. */
    size: number,
  ) {
    this.#file = file
    this.#size = size
  }

  static async open(path: string): Promise<AppendFile> {
    const file = await open(path, 'a+')
    try {
      const { size } = await file.stat()
      return new AppendFile(file, size)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  /** Bytes that are whole. */
  get size(): number {
    return this.#size
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (this.#isTorn) await this.#file.truncate(this.#size)
    this.#isTorn = true
    await this.#file.appendFile(bytes)
    this.#size += bytes.length
    this.#isTorn = false
  }

  /** Ends a line that a crash tore, so that the next one is not lost with it. */
  async endLine(): Promise<void> {
    if (this.isEmpty) return
    const last = Buffer.alloc(1)
    await this.#file.read(last, 0, 1, this.#size - 1)
    if (last[0] !== NEWLINE) await this.append(Buffer.from('\n'))
  }

  /** Forces what was written to the disk. */
  async sync(): Promise<void> {
    await this.#file.sync()
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}
