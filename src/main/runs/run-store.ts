import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readLabels } from './run-labels'
import { LabError, type BrokenRun, type RunListing } from '../../shared/contract'
import {
  appendMetrics,
  isCheckpointName,
  parseMetrics,
  readRunFile,
  toCurves,
  type EpochMetrics,
  type MetricsLine,
  type RunCurves,
  type RunSummary,
} from '../../shared/spec'
import { describeFileError } from '../files/disk-errors'
import { isFolderLocked } from '../files/folder-lock'

/** Rows that are parsed between two looks at what else main has to do. */
const ROWS_AT_ONCE = 4000

/** Epoch lines of a file of metrics, as long as it is the same. */
interface KnownEpochs {
  readonly size: number
  readonly mtimeMs: number
  readonly epochs: readonly EpochMetrics[]
}

/** Of a run that has not made a step. */
interface NoEpochs {
  readonly mtimeMs: null
  readonly epochs: readonly []
}

/** Reads runs. Nothing is written: the engine and the command line do that. */
export class RunStore {
  /** By run folder: a list is read often, and a file of metrics may be long. */
  readonly #known = new Map<string, KnownEpochs>()

  /** @param runsFolder - holds one folder for each run */
  constructor(readonly runsFolder: string) {}

  /** Lists the runs; a folder that cannot be read is told beside them and hides none. */
  async list(): Promise<RunListing> {
    const folders = await listFolders(this.runsFolder)
    const read = await Promise.all(
      folders.map((name) => this.#readRun(join(this.runsFolder, name))),
    )
    const runs = read.flatMap((one) => (one !== null && 'run' in one ? [one] : []))
    const broken = read.flatMap((one) => (one !== null && 'fault' in one ? [one] : []))
    runs.sort((a, b) => (a.run.created < b.run.created ? 1 : -1))
    return { runs, broken }
  }

  /**
   * All metrics of a run. A line torn by a crash is left out. Long ones are read in parts, so that
   * the window goes on meanwhile.
   * @throws LabError `not-found` when the folder holds no run.
   */
  async readCurves(folder: string): Promise<RunCurves> {
    try {
      const rows = (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).split('\n')
      const lines: MetricsLine[] = []
      for (const [at, row] of rows.entries()) {
        appendMetrics(lines, row)
        if (at % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await new Promise(setImmediate)
      }
      return toCurves(lines)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(folder, error)
    }
    // A run that has not made a step has no metrics yet.
    const hasRun = await stat(join(folder, 'run.json')).then(
      () => true,
      () => false,
    )
    if (hasRun) return toCurves([])
    throw new LabError(
      'not-found',
      `Expected a run in ${folder}; there is no run.json.`,
      'Refresh the list of runs: it may have been moved or deleted.',
    )
  }

  /** A run, what is wrong with it, or null for a folder that has nothing of a run. */
  async #readRun(folder: string): Promise<RunSummary | BrokenRun | null> {
    let text: string
    try {
      text = await readFile(join(folder, 'run.json'), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        return { folder, fault: unreadable(folder, error).message }
      }
      const isOther = !(await readdir(folder).catch((): string[] => [])).includes('checkpoints')
      return isOther
        ? null
        : { folder, fault: 'Expected a run.json next to the checkpoints; got none.' }
    }
    const read = readRunFile(text)
    if ('fault' in read) {
      return { folder, fault: `Expected run.json of version 1; got ${read.fault}.` }
    }
    const { run } = read
    const [labels, checkpoints, known] = await Promise.all([
      readLabels(folder),
      listCheckpoints(folder),
      this.#readEpochs(folder),
    ])
    const { epochs, mtimeMs } = known
    const best = epochs.reduce<EpochMetrics | null>(
      (last, line) => (line.isBest ? line : last),
      null,
    )
    return {
      folder,
      run,
      labels,
      isLocked: isFolderLocked(folder),
      epochs: epochs[epochs.length - 1]?.epoch ?? 0,
      activeAt: mtimeMs === null ? run.created : new Date(mtimeMs).toISOString(),
      best: best && { epoch: best.epoch, validation: best.validation },
      checkpoints,
    }
  }

  /** Epoch lines alone: 100,000 step lines are skipped without being parsed. */
  async #readEpochs(folder: string): Promise<KnownEpochs | NoEpochs> {
    const path = join(folder, 'metrics.jsonl')
    try {
      const { size, mtimeMs } = await stat(path)
      const known = this.#known.get(folder)
      if (known?.size === size && known.mtimeMs === mtimeMs) return known
      const rows = (await readFile(path, 'utf8')).split('\n')
      const lines = parseMetrics(rows.filter((row) => row.includes('"kind":"epoch"')).join('\n'))
      const epochs = lines.filter((line): line is EpochMetrics => line.kind === 'epoch')
      const read = { size, mtimeMs, epochs }
      this.#known.set(folder, read)
      return read
    } catch {
      // Before its first step a run has none.
      return { mtimeMs: null, epochs: [] }
    }
  }
}

async function listFolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
  } catch (error) {
    // Before the first run there is no folder.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw unreadable(folder, error)
  }
}

async function listCheckpoints(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'checkpoints')).catch((): string[] => [])
  return names.filter(isCheckpointName).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
}

function unreadable(folder: string, error: unknown): LabError {
  return new LabError(
    'unreadable',
    `Expected a readable folder at ${folder}; ${describeFileError(error)}.`,
  )
}
