import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { MetricsLine } from '../../../shared/spec'
import { EventFile } from './event-file'
import { METRICS_FILE } from './run-folder'

const FLUSH_MS = 1000
const NEWLINE = 10

/**
 * Appends metrics to `metrics.jsonl` and to the TensorBoard file. Lines are gathered and written
 * about once a second, so that a run of many small steps is not held up by its log.
 */
export class MetricsLog {
  private pending: MetricsLine[] = []
  private lastFlushMs = Date.now()

  private constructor(
    private readonly file: FileHandle,
    private readonly events: EventFile,
  ) {}

  /**
   * Opens the log of a run.
   * @param resumedAtStep - the step the run goes on from, null for a new one. TensorBoard then
   *   forgets what it read beyond it.
   */
  static async open(runFolder: string, resumedAtStep: number | null): Promise<MetricsLog> {
    const file = await open(join(runFolder, METRICS_FILE), 'a+')
    try {
      await endTornLine(file)
      return new MetricsLog(file, await EventFile.create(runFolder, resumedAtStep))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  add(line: MetricsLine): void {
    this.pending.push(line)
  }

  /** Writes what has gathered, if about a second has passed. */
  async flushIfDue(): Promise<void> {
    if (this.pending.length > 0 && Date.now() - this.lastFlushMs >= FLUSH_MS) await this.flush()
  }

  async flush(): Promise<void> {
    this.lastFlushMs = Date.now()
    const lines = this.pending
    if (lines.length === 0) return
    this.pending = []
    await this.file.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    await this.events.write(lines)
  }

  /** Writes the rest and forces it to the disk. */
  async sync(): Promise<void> {
    await this.flush()
    await this.file.sync()
  }

  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.file.close()
      await this.events.close()
    }
  }
}

/** A line torn by a crash is ended, so that the next one is not lost with it. */
async function endTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  if (size === 0) return
  const last = Buffer.alloc(1)
  await file.read(last, 0, 1, size - 1)
  if (last[0] !== NEWLINE) await file.write('\n')
}
