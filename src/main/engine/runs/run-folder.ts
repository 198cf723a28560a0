import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/contract'
import { parseMetrics, readRunFile, type MetricsLine, type RunFile } from '../../../shared/spec'
import type { NetworkSpec } from '../../../shared/vgg'
import { compileNetwork } from '../network'
import type { CompiledNetwork } from '../network/compiled-network'
import { loadWeights } from './checkpoint'
import { chooseCheckpoint } from './checkpoint-folders'
import { describeFileError } from '../../files/disk-errors'
import { replaceFile } from '../../files/durable-files'

const RUN_FILE = 'run.json'
const SPLIT_FILE = 'split.json'
export const METRICS_FILE = 'metrics.jsonl'

/** `split.json`: which file of the data folder is in which split. */
export interface SplitFile {
  readonly version: 1
  readonly train: readonly string[]
  readonly validation: readonly string[]
  /** Kept apart by the data set; left out where there are none, and by earlier versions of the lab. */
  readonly test?: readonly string[]
  /** Class of each, as an index into the run's; left out by earlier versions of the lab. */
  readonly labels?: {
    readonly train: readonly number[]
    readonly validation: readonly number[]
    readonly test?: readonly number[]
  }
  /** Those of either half that could not be decoded when the run began: it leaves them out. */
  readonly unreadable?: readonly string[]
}

/** Whether a folder holds a run. */
export function isRunFolder(runFolder: string): boolean {
  return existsSync(join(runFolder, RUN_FILE))
}

/**
 * Reads a run's `run.json`.
 * @throws LabError `not-found` when the folder is no run, `unreadable` when its file is damaged.
 */
export async function readRun(runFolder: string): Promise<RunFile> {
  let text: string
  try {
    text = await readFile(join(runFolder, RUN_FILE), 'utf8')
  } catch (error) {
    throw new LabError(
      'not-found',
      `Expected a run folder; ${runFolder} ${sayWhyNoRun(runFolder, error)}.`,
      'Give a folder written by "vgg-lab train" or the Train view.',
    )
  }
  const read = readRunFile(text)
  if ('fault' in read) {
    throw new LabError(
      'unreadable',
      `Expected a run of this version of the lab in ${join(runFolder, RUN_FILE)}; got ${read.fault}.`,
      'Its checkpoints can still be used: they are safetensors files.',
    )
  }
  return read.run
}

function sayWhyNoRun(runFolder: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOTDIR') return 'is a file, or inside one'
  if (code !== 'ENOENT') return `has a ${RUN_FILE} that cannot be read: ${describeFileError(error)}`
  return existsSync(runFolder) ? `has no ${RUN_FILE}` : 'does not exist'
}

/**
 * @param hint - what to do about it
 * @throws LabError `unsupported` for a run that was imported without its fully connected layers
 */
export function requireClassifier(
  { imported }: RunFile,
  runFolder: string,
  hint = 'Train a classifier on them first.',
): void {
  if (imported?.hasClassifier !== false) return
  throw new LabError(
    'unsupported',
    `Expected a run with a classifier; ${runFolder} has only convolutions, from ${imported.file}.`,
    hint,
  )
}

/** Replaces a run's `run.json` as a whole. */
export async function writeRun(runFolder: string, run: RunFile): Promise<void> {
  await replaceFile(join(runFolder, RUN_FILE), `${JSON.stringify(run, null, 2)}\n`)
}

/** Makes the folder of a new run with its split; `run.json` comes last, so that a run is whole. */
export async function createRunFolder(
  runFolder: string,
  run: RunFile,
  split: SplitFile,
): Promise<void> {
  await mkdir(join(runFolder, 'checkpoints'), { recursive: true })
  await writeSplit(runFolder, split)
  await writeRun(runFolder, run)
}

/** Replaces a run's `split.json` as a whole. */
export async function writeSplit(runFolder: string, split: SplitFile): Promise<void> {
  await replaceFile(join(runFolder, SPLIT_FILE), `${JSON.stringify(split)}\n`)
}

/**
 * Reads which file is in which split.
 * @throws LabError `unreadable` when `split.json` is missing or damaged.
 */
export async function readSplit(runFolder: string): Promise<SplitFile> {
  const path = join(runFolder, SPLIT_FILE)
  try {
    const split = JSON.parse(await readFile(path, 'utf8')) as Partial<SplitFile>
    if (isSplit(split)) return split
  } catch {
    // Reported below, in one line with the rest.
  }
  throw new LabError(
    'unreadable',
    `Expected the run's split in ${path}; it is missing or damaged.`,
    'Without it the run cannot be resumed exactly; start a new run from its weights.',
  )
}

/** Whether a file says which picture is in which half and, if it lists classes, the class of each. */
function isSplit(split: Partial<SplitFile>): split is SplitFile {
  const { version, train, validation, test = [], labels } = split
  if (version !== 1 || ![train, validation, test].every(Array.isArray)) return false
  if (labels === undefined) return true
  return (
    labels.train.length === train?.length &&
    labels.validation.length === validation?.length &&
    (labels.test ?? []).length === test.length
  )
}

/** All metrics of a run; a torn last line is left out, and a repeated step counts once. */
export async function readMetrics(runFolder: string): Promise<MetricsLine[]> {
  const text = await readFile(join(runFolder, METRICS_FILE), 'utf8').catch(() => '')
  return parseMetrics(text)
}

/**
 * An inference-only network with a checkpoint's weights and the run's preprocessing. The caller
 * disposes it.
 * @param checkpoint - such as `epoch-0007`; null takes the best
 * @param compile - gives a network of the run's spec, new or with other weights; it is disposed when its
 *   weights cannot be read
 * @throws LabError when the folder is no run or has no such checkpoint.
 */
export async function openRun(
  runFolder: string,
  checkpoint: string | null,
  compile: (spec: NetworkSpec) => Promise<CompiledNetwork> = (spec) =>
    compileNetwork({ spec, precision: 'float32', trainable: false }),
): Promise<{ run: RunFile; checkpoint: string; network: CompiledNetwork }> {
  const run = await readRun(runFolder)
  const name = await chooseCheckpoint(runFolder, checkpoint)
  const network = await compile(run.network)
  try {
    const preprocessing = await loadWeights(runFolder, name, network)
    network.setPreprocessing(preprocessing ?? run.preprocessing)
  } catch (error) {
    network.dispose()
    throw error
  }
  return { run, checkpoint: name, network }
}
