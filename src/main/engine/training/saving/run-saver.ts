import type { EpochMetrics, LayersLine, MetricsLine, RunFile } from '../../../../shared/spec'
import type { CheckpointState } from '../../runs/checkpoint-state'
import type { Hold } from '../hold'
import type { CheckpointSaver } from './checkpoint-saver'
import { PatientWriter } from './patient-writer'
import { RunRecord } from './run-record'

/**
 * All that a run in training writes into its folder: `run.json`, metrics, checkpoints. Where the disk does
 * not take it, training waits until it does.
 */
export class RunSaver {
  readonly #folder: string
  readonly #writer: PatientWriter
  #record: RunRecord | null = null
  #checkpoints: CheckpointSaver | null = null

  constructor(folder: string, hold: Hold) {
    this.#folder = folder
    this.#writer = new PatientWriter(folder, hold)
  }

  /** The run as it was written last; null before it is opened. */
  get run(): RunFile | null {
    return this.#record?.run ?? null
  }

  /**
   * Opens the record of a run that begins, or goes on from a checkpoint.
   * @returns the metrics so far
   */
  async open(run: RunFile, state: CheckpointState | null): Promise<readonly MetricsLine[]> {
    const { record, history } = await RunRecord.open(this.#folder, this.run ?? run, state)
    this.#record = record
    return history
  }

  /** Closes the record, before the run goes back to a checkpoint. */
  async close(): Promise<void> {
    this.#checkpoints = null
    await this.#record?.close()
  }

  /** Takes the checkpoints of the loop that begins. */
  useCheckpoints(checkpoints: CheckpointSaver): void {
    this.#checkpoints = checkpoints
  }

  /** Takes a line of metrics, to be written within about a second. */
  add(line: MetricsLine): void {
    this.#record?.add(line)
  }

  /** Takes what the layers did, to be written with the next lines. */
  addLayers(line: LayersLine): void {
    this.#record?.addLayers(line)
  }

  /** Writes the lines that wait, where it is time. */
  async flushIfDue(): Promise<void> {
    await this.#writer.write(() => this.#record?.flushIfDue())
  }

  /** Writes what changed in `run.json`. */
  async saveRun(change: Partial<RunFile>): Promise<void> {
    await this.#writer.write(() => this.#record?.save(change))
  }

  /** Writes a checkpoint. The lines first: what is before a checkpoint never comes again. */
  async saveCheckpoint(write: () => Promise<void>): Promise<void> {
    await this.#writer.write(() => this.#record?.syncMetrics())
    await this.#writer.write(write)
  }

  /** Writes a checkpoint of the place inside the epoch, unless there is one. */
  async saveWithin(): Promise<void> {
    await this.saveCheckpoint(async () => this.#checkpoints?.saveWithin())
  }

  /** Writes the line of an epoch and forces it to the disk. */
  async saveEpoch(metrics: EpochMetrics): Promise<void> {
    this.add(metrics)
    await this.#writer.write(() => this.#record?.syncMetrics())
  }

  /** Keeps what was done since the last checkpoint, if it can. */
  async saveLast(): Promise<void> {
    try {
      await this.#record?.syncMetrics()
      await this.#checkpoints?.saveWithin()
    } catch {
      // The run goes on from the checkpoint before.
    }
  }

  /** Closes the record with the last change of `run.json`, even if writing fails. */
  async end(change: Partial<RunFile>): Promise<void> {
    await this.#record?.close().catch(() => undefined)
    await this.#record?.save(change).catch(() => undefined)
  }
}
