import { join } from 'node:path'
import type { MetricsLine } from '../../../shared/spec'
import { AppendFile } from './append-file'
import { EventFile } from './event-file'
import { METRICS_FILE } from './run-folder'

const FLUSH_MS = 1000

/**
 * Appends metrics to `metrics.jsonl` and to the TensorBoard file. Lines are gathered and written
 * about once a second, so that a run of many small steps is not held up by its log.
 */
export class MetricsLog {
  /** Lines that wait for `metrics.jsonl`, and those for TensorBoard. */
  private pending: MetricsLine[] = []
  private pendingEvents: MetricsLine[] = []
  private lastFlushMs = Date.now()

  private constructor(
    private readonly file: AppendFile,
    private readonly events: EventFile,
  ) {}

  /**
   * Opens the log of a run.
   * @param resumedAtStep - the step the run goes on from, null for a new one. TensorBoard then
   *   forgets what it read beyond it.
   */
  static async open(runFolder: string, resumedAtStep: number | null): Promise<MetricsLog> {
    const file = await AppendFile.open(join(runFolder, METRICS_FILE))
    try {
      await file.endLine()
      return new MetricsLog(file, await EventFile.create(runFolder, resumedAtStep))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  add(line: MetricsLine): void {
    this.pending.push(line)
    this.pendingEvents.push(line)
  }

  /** Writes what has gathered, if about a second has passed. */
  async flushIfDue(): Promise<void> {
    if (this.pending.length > 0 && Date.now() - this.lastFlushMs >= FLUSH_MS) await this.flush()
  }

  /** What cannot be written stays pending: a later call, with room on the disk, writes it. */
  async flush(): Promise<void> {
    this.lastFlushMs = Date.now()
    const lines = this.pending
    if (lines.length > 0) {
      await this.file.append(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')))
      this.pending = this.pending.slice(lines.length)
    }
    const events = this.pendingEvents
    if (events.length > 0) {
      await this.events.write(events)
      this.pendingEvents = this.pendingEvents.slice(events.length)
    }
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
