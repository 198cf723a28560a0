import type { LayersLine, MetricsLine, RunFile } from '../../../../shared/spec'
import type { CheckpointState } from '../../runs/checkpoint-state'
import { openLayersFile } from '../../runs/layers-file'
import type { LinesFile } from '../../runs/lines-file'
import { MetricsLog } from '../../runs/metrics-log'
import { readMetrics, writeRun } from '../../runs/run-folder'

/** What a run writes as it goes on: `run.json` and its metrics. Each call may be repeated. */
export class RunRecord {
  readonly #folder: string
  #current: RunFile
  readonly #log: MetricsLog
  readonly #layers: LinesFile<LayersLine>

  private constructor(
    folder: string,
    current: RunFile,
    log: MetricsLog,
    layers: LinesFile<LayersLine>,
  ) {
    this.#folder = folder
    this.#current = current
    this.#log = log
    this.#layers = layers
  }

  /**
   * Opens the record of a run that begins, or goes on from a checkpoint.
   * @returns the record, and the metrics so far
   */
  static async open(
    folder: string,
    run: RunFile,
    state: CheckpointState | null,
  ): Promise<{ record: RunRecord; history: MetricsLine[] }> {
    const resumedAt = state?.step ?? 0
    const known = await readMetrics(folder)
    const history = known.filter((line) => line.step <= resumedAt)
    const log = await MetricsLog.open(folder, known.length > 0 ? resumedAt : null)
    // A crash between a checkpoint and its line is made good here.
    const last = history[history.length - 1]
    const ended = state?.within === undefined ? (state?.metrics ?? null) : null
    if (ended !== null && (last?.kind !== 'epoch' || last.epoch !== ended.epoch)) {
      log.add(ended)
      history.push(ended)
    }
    try {
      return { record: new RunRecord(folder, run, log, await openLayersFile(folder)), history }
    } catch (error) {
      await log.close()
      throw error
    }
  }

  get run(): RunFile {
    return this.#current
  }

  /** Takes a line, to be written within about a second. */
  add(line: MetricsLine): void {
    this.#log.add(line)
  }

  /** Takes what the layers did, to be written with the next lines. */
  addLayers(line: LayersLine): void {
    this.#layers.add(line)
  }

  async flushIfDue(): Promise<void> {
    await this.#layers.flush()
    await this.#log.flushIfDue()
  }

  /** Writes the lines that wait and forces them to the disk. */
  async syncMetrics(): Promise<void> {
    await this.#layers.sync()
    await this.#log.sync()
  }

  async save(change: Partial<RunFile>): Promise<void> {
    this.#current = { ...this.#current, ...change }
    await writeRun(this.#folder, this.#current)
  }

  async close(): Promise<void> {
    try {
      await this.#layers.close()
    } finally {
      await this.#log.close()
    }
  }
}
