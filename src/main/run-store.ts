import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError, type BrokenRun } from '../shared/contract'
import {
  isCheckpointName,
  parseMetrics,
  readRunFile,
  type EpochMetrics,
  type MetricsLine,
  type RunSummary,
} from '../shared/spec'

/** The runs of a folder, as they lie on disk. */
export interface RunListing {
  /** Newest first. */
  readonly runs: RunSummary[]
  readonly broken: BrokenRun[]
}

/** Reads runs. Nothing is written: the engine and the command line do that. */
export class RunStore {
  /** @param runsFolder - holds one folder for each run */
  constructor(readonly runsFolder: string) {}

  /** Lists the runs; a folder that cannot be read is told beside them and hides none. */
  async list(): Promise<RunListing> {
    const folders = await listFolders(this.runsFolder)
    const read = await Promise.all(folders.map((name) => readRun(join(this.runsFolder, name))))
    const runs = read.flatMap((one) => (one !== null && 'run' in one ? [one] : []))
    const broken = read.flatMap((one) => (one !== null && 'fault' in one ? [one] : []))
    runs.sort((a, b) => (a.run.created < b.run.created ? 1 : -1))
    return { runs, broken }
  }

  /**
   * All metrics of a run. A line torn by a crash is left out.
   * @throws LabError `not-found` when the folder holds no run.
   */
  async readMetrics(folder: string): Promise<MetricsLine[]> {
    try {
      return parseMetrics(await readFile(join(folder, 'metrics.jsonl'), 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(folder, error)
    }
    // A run that has not made a step has no metrics yet.
    const hasRun = await stat(join(folder, 'run.json')).then(
      () => true,
      () => false,
    )
    if (hasRun) return []
    throw new LabError(
      'not-found',
      `Expected a run in ${folder}; there is no run.json.`,
      'Read the list of runs again: it may have been moved or deleted.',
    )
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

/** A run, what is wrong with it, or null for a folder that has nothing of a run. */
async function readRun(folder: string): Promise<RunSummary | BrokenRun | null> {
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
      : { folder, fault: 'Expected a run.json beside the checkpoints; got none.' }
  }
  const read = readRunFile(text)
  if ('fault' in read) {
    return { folder, fault: `Expected run.json of version 1; got ${read.fault}.` }
  }
  const { run } = read
  const [checkpoints, epochs] = await Promise.all([listCheckpoints(folder), readEpochs(folder)])
  const best = epochs.reduce<EpochMetrics | null>((last, line) => (line.isBest ? line : last), null)
  return {
    folder,
    run,
    epochs: epochs[epochs.length - 1]?.epoch ?? 0,
    best: best && { epoch: best.epoch, validation: best.validation },
    checkpoints,
  }
}

async function listCheckpoints(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'checkpoints')).catch((): string[] => [])
  return names.filter(isCheckpointName).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
}

/** Epoch lines alone: 100,000 step lines are skipped without being parsed. */
async function readEpochs(folder: string): Promise<EpochMetrics[]> {
  const text = await readFile(join(folder, 'metrics.jsonl'), 'utf8').catch(() => '')
  const rows = text.split('\n').filter((row) => row.includes('"kind":"epoch"'))
  return parseMetrics(rows.join('\n')).filter((line): line is EpochMetrics => line.kind === 'epoch')
}

function unreadable(folder: string, error: unknown): LabError {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error)
  return new LabError('unreadable', `Expected a readable folder at ${folder}; got ${reason}.`)
}
