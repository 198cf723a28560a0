import { join } from 'node:path'
import type { MetricsLine } from '../../../shared/spec'
import { EventFile } from './event-file'
import { LinesFile } from './lines-file'
import { METRICS_FILE } from './run-folder'

const FLUSH_MS = 1000

/**
 * Appends metrics to `metrics.jsonl` and to the TensorBoard file. Lines are gathered and written
 * about once a second, so that a run of many small steps is not held up by its log.
 */
export class MetricsLog {
  /** Lines that wait for TensorBoard's file. */
  #pendingEvents: MetricsLine[] = []
  #lastFlushMs = Date.now()

  readonly #file: LinesFile<MetricsLine>
  readonly #events: EventFile

  private constructor(file: LinesFile<MetricsLine>, events: EventFile) {
    this.#file = file
    this.#events = events
  }

  /**
   * Opens the log of a run.
   * @param resumedAtStep - the step the run goes on from, null for a new one. TensorBoard then
   *   forgets what it read beyond it.
   */
  static async open(runFolder: string, resumedAtStep: number | null): Promise<MetricsLog> {
    const file = await LinesFile.open<MetricsLine>(join(runFolder, METRICS_FILE))
    try {
      return new MetricsLog(file, await EventFile.create(runFolder, resumedAtStep))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  add(line: MetricsLine): void {
    this.#file.add(line)
    this.#pendingEvents.push(line)
  }

  /** Writes what has gathered, if about a second has passed. */
  async flushIfDue(): Promise<void> {
    if (this.#file.isPending && Date.now() - this.#lastFlushMs >= FLUSH_MS) await this.flush()
  }

  /** What cannot be written stays pending: a later call, with room on the disk, writes it. */
  async flush(): Promise<void> {
    this.#lastFlushMs = Date.now()
    await this.#file.flush()
    const events = this.#pendingEvents
    if (events.length > 0) {
      await this.#events.write(events)
      this.#pendingEvents = this.#pendingEvents.slice(events.length)
    }
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
      // On a full disk this fails as the flush did: the other file is to be closed all the same.
      await this.#file.close().finally(() => this.#events.close())
    }
  }
}
