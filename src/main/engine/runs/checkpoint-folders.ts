import { mkdir, readFile, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/contract'
import { describeFileError } from '../../files/disk-errors'
import { itemAt } from '../../../shared/present'
import { checkpointName, isCheckpointName, isStepCheckpointName } from '../../../shared/spec'
import { replaceFile, syncFolder, writeDurably } from '../../files/durable-files'

const CHECKPOINTS = 'checkpoints'
const BEST = 'best'
export const WEIGHTS = 'model.safetensors'
const WRITING = '.writing-'
const REMOVING = '.removing-'

/** The folder of a checkpoint, whether it is there or not. */
export function checkpointFolder(runFolder: string, name: string): string {
  return join(runFolder, CHECKPOINTS, name)
}

/** File of a checkpoint that holds its weights. */
export function weightsFile(runFolder: string, name: string): string {
  return join(checkpointFolder(runFolder, name), WEIGHTS)
}

/** Names the weights of a checkpoint, which what is kept of them holds for: size and time of their file. */
export async function identifyWeights(runFolder: string, name: string): Promise<string> {
  const { size, mtimeMs } = await stat(weightsFile(runFolder, name))
  return `${size} bytes, ${mtimeMs} ms`
}

/** Name of a checkpoint inside an epoch: `step-0000120`. Only a run that goes on uses it. */
export function stepName(step: number): string {
  return `step-${String(step).padStart(7, '0')}`
}

type FileWriter = (file: FileHandle) => Promise<void>

/**
 * Writes the files of a checkpoint beside the finished ones and renames the folder into place, so that a
 * crash at any byte leaves every finished one whole. One of the same name is replaced.
 */
export async function writeCheckpointFolder(
  runFolder: string,
  name: string,
  files: Readonly<Record<string, FileWriter>>,
): Promise<void> {
  const beside = checkpointFolder(runFolder, WRITING + name)
  try {
    await mkdir(beside, { recursive: true })
    for (const [file, write] of Object.entries(files)) await writeDurably(join(beside, file), write)
    await syncFolder(beside)
    // An epoch that is trained again replaces the one that was cut off after its checkpoint.
    await removeCheckpoint(runFolder, name)
    await rename(beside, checkpointFolder(runFolder, name))
    await syncFolder(join(runFolder, CHECKPOINTS))
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** Names the best checkpoint in the run's `best` file. */
export async function writeBest(runFolder: string, epoch: number): Promise<void> {
  await replaceFile(join(runFolder, BEST), `${checkpointName(epoch)}\n`)
}

/** Which checkpoints stay beside the best one. */
export interface KeepPolicy {
  /** Number of the newest epochs' checkpoints. */
  readonly keepLast: number
  /** Interval in epochs of those that are kept for good; 0 keeps none. */
  readonly keepEvery: number
}

/**
 * Removes what the policy does not keep, and those of the middle of an epoch but the newest. Called after
 * the newest is complete. A checkpoint is renamed before its files go, so that none that looks finished
 * is half removed.
 * @param newest - name of the newest checkpoint
 * @param bestEpoch - null while there is no best one
 */
export async function pruneCheckpoints(
  runFolder: string,
  newest: string,
  bestEpoch: number | null,
  { keepLast, keepEvery }: KeepPolicy,
): Promise<void> {
  const names = await listCheckpoints(runFolder)
  const last = new Set(names.slice(-keepLast))
  const isKept = (name: string): boolean => {
    const epoch = epochOf(name)
    return epoch === bestEpoch || last.has(name) || (keepEvery > 0 && epoch % keepEvery === 0)
  }
  const steps = await listStepCheckpoints(runFolder)
  for (const name of [
    ...names.filter((name) => !isKept(name)),
    ...steps.filter((name) => name !== newest),
  ]) {
    await removeCheckpoint(runFolder, name)
  }
}

/** Removes a checkpoint, if it is there: renamed first, so that none that looks finished is half removed. */
export async function removeCheckpoint(runFolder: string, name: string): Promise<void> {
  const leaving = checkpointFolder(runFolder, REMOVING + name)
  try {
    await rename(checkpointFolder(runFolder, name), leaving)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  await rm(leaving, { recursive: true, force: true })
}

/** Removes what a crash left half written or half removed. Only for who holds the run's lock. */
export async function cleanCheckpoints(runFolder: string): Promise<void> {
  for (const name of await readFolder(join(runFolder, CHECKPOINTS))) {
    if (name.startsWith(WRITING) || name.startsWith(REMOVING)) {
      await rm(checkpointFolder(runFolder, name), { recursive: true, force: true })
    }
  }
  for (const file of [`${BEST}.tmp`, 'run.json.tmp', 'split.json.tmp']) {
    await rm(join(runFolder, file), { force: true })
  }
}

/** Names of the finished checkpoints, oldest first. */
export async function listCheckpoints(runFolder: string): Promise<string[]> {
  const names = await readFolder(join(runFolder, CHECKPOINTS))
  return names.filter(isCheckpointName).sort((a, b) => epochOf(a) - epochOf(b))
}

const epochOf = (name: string): number => Number(name.slice('epoch-'.length))

/** Names of the checkpoints of the middle of an epoch, oldest first. */
export async function listStepCheckpoints(runFolder: string): Promise<string[]> {
  const names = await readFolder(join(runFolder, CHECKPOINTS))
  return names.filter(isStepCheckpointName).sort((a, b) => stepOf(a) - stepOf(b))
}

/** The step that such a checkpoint is named after. */
export function stepOf(name: string): number {
  return isStepCheckpointName(name) ? Number(name.slice('step-'.length)) : NaN
}

async function readFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/**
 * The name of the checkpoint to use: the one asked for, or the best, or the newest where the best
 * is not told.
 * @throws LabError `not-found` when there is none, or not the one asked for; lists what there is.
 */
export async function chooseCheckpoint(runFolder: string, asked: string | null): Promise<string> {
  const names = await listCheckpoints(runFolder).catch((error: unknown) => {
    throw new LabError(
      'not-found',
      `Expected a run folder; ${runFolder} cannot be read as one: ${describeFileError(error)}.`,
      'Give a folder written by "vgg-lab train" or the Train view.',
    )
  })
  if (names.length === 0) {
    throw new LabError(
      'not-found',
      `Expected a checkpoint in ${runFolder}; there is none yet.`,
      'Train the run for at least one epoch first.',
    )
  }
  if (asked !== null) {
    if (names.includes(asked)) return asked
    throw new LabError(
      'not-found',
      `Expected one of the checkpoints ${names.join(', ')}; got ${asked}.`,
      'Checkpoints are named epoch-0001, epoch-0002 and so on; the best and the newest two are kept.',
    )
  }
  const best = await readFile(join(runFolder, BEST), 'utf8').catch(() => '')
  return names.includes(best.trim()) ? best.trim() : itemAt(names, names.length - 1)
}
