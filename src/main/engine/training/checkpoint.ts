import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/contract'
import {
  checkpointName,
  isCheckpointName,
  type EpochMetrics,
  type Preprocessing,
} from '../../../shared/spec'
import type { NetworkSpec } from '../../../shared/vgg'
import { readSafetensors, writeSafetensors, type SafetensorsFile } from '../formats/safetensors'
import type { CompiledNetwork, NamedTensors } from '../network/types'
import { replaceFile, syncFolder, writeDurably } from './files'
import type { ScheduleState } from './schedule'

const CHECKPOINTS = 'checkpoints'
const BEST = 'best'
const WRITING = '.writing-'
const REMOVING = '.removing-'
/** Checkpoints kept beside the best one: the newest. */
const KEPT_LAST = 2

/** `state.json`: all that training needs beside weights and velocity to go on exactly. */
export interface CheckpointState {
  readonly version: 1
  readonly epoch: number
  /** Updates so far. */
  readonly step: number
  readonly trainedSeconds: number
  readonly schedule: ScheduleState
  /** Pictures of one session call: kept, since sums in another order differ in their last bits. */
  readonly microBatch: number
  /** Random numbers are keyed, not drawn in sequence: the seed, step and epoch are their state. */
  readonly random: { readonly seed: number; readonly keyedBy: 'seed, step, epoch' }
  readonly metrics: EpochMetrics
  readonly best: EpochMetrics
}

/** What the weights of a checkpoint must never be parted from; in the safetensors' metadata. */
export interface WeightsIdentity {
  readonly network: NetworkSpec
  readonly preprocessing: Preprocessing
  readonly classNames: readonly string[]
}

/** Weights with what they were trained with; a field is null where the file does not tell. */
export interface WeightsFile {
  readonly weights: NamedTensors
  readonly network: NetworkSpec | null
  readonly preprocessing: Preprocessing | null
  readonly classNames: readonly string[] | null
}

/** The folder of a checkpoint, whether it is there or not. */
export function checkpointFolder(runFolder: string, name: string): string {
  return join(runFolder, CHECKPOINTS, name)
}

/**
 * Writes a checkpoint beside the finished ones and renames it into place, so that a crash at any
 * byte leaves every finished one whole. Weights and velocity leave TensorFlow one after the other
 * and are written without another copy.
 */
export async function writeCheckpoint(
  runFolder: string,
  network: CompiledNetwork,
  identity: WeightsIdentity,
  state: CheckpointState,
): Promise<string> {
  const name = checkpointName(state.epoch)
  const parent = join(runFolder, CHECKPOINTS)
  const beside = join(parent, WRITING + name)
  const place = join(parent, name)
  try {
    await mkdir(beside, { recursive: true })
    await writeDurably(join(beside, 'model.safetensors'), (file) =>
      writeSafetensors(file, network.getWeights(), describeWeights(identity)),
    )
    await writeDurably(join(beside, 'optimizer.safetensors'), (file) =>
      writeSafetensors(file, network.getVelocity(), {
        format: 'vgg-lab-velocity',
        meaning: 'v = momentum v + gradient + decay weight; weight -= rate v',
      }),
    )
    await writeDurably(join(beside, 'state.json'), (file) =>
      file.writeFile(`${JSON.stringify(state, null, 2)}\n`, 'utf8'),
    )
    await syncFolder(beside)
    // An epoch that is trained again replaces the one that was cut off after its checkpoint.
    await removeCheckpoint(runFolder, name)
    await rename(beside, place)
    await syncFolder(parent)
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
  return name
}

function describeWeights(identity: WeightsIdentity): Record<string, string> {
  return {
    format: 'vgg-lab',
    network: JSON.stringify(identity.network),
    preprocessing: JSON.stringify(identity.preprocessing),
    class_names: JSON.stringify(identity.classNames),
    layout: 'convolutions HWIO, fully connected (in, out), features flattened as H, W, C',
  }
}

/**
 * Writes the one checkpoint of a run that was imported: weights without velocity or state, since there
 * is no training to go on with.
 */
export async function writeImportedCheckpoint(
  runFolder: string,
  weights: NamedTensors,
  identity: WeightsIdentity,
): Promise<string> {
  const name = checkpointName(0)
  const parent = join(runFolder, CHECKPOINTS)
  const beside = join(parent, WRITING + name)
  try {
    await mkdir(beside, { recursive: true })
    await writeDurably(join(beside, 'model.safetensors'), (file) =>
      writeSafetensors(file, weights, describeWeights(identity)),
    )
    await syncFolder(beside)
    await rename(beside, checkpointFolder(runFolder, name))
    await syncFolder(parent)
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
  return name
}

/** Names the best checkpoint in the run's `best` file. */
export async function writeBest(runFolder: string, epoch: number): Promise<void> {
  await replaceFile(join(runFolder, BEST), `${checkpointName(epoch)}\n`)
}

/**
 * Removes all but the best checkpoint and the newest two. Called after the newest is complete. A
 * checkpoint is renamed before its files go, so that none that looks finished is half removed.
 */
export async function pruneCheckpoints(runFolder: string, bestEpoch: number): Promise<void> {
  const names = await listCheckpoints(runFolder)
  const kept = new Set([checkpointName(bestEpoch), ...names.slice(-KEPT_LAST)])
  for (const name of names) {
    if (!kept.has(name)) await removeCheckpoint(runFolder, name)
  }
}

async function removeCheckpoint(runFolder: string, name: string): Promise<void> {
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
  await rm(join(runFolder, `${BEST}.tmp`), { force: true })
  await rm(join(runFolder, 'run.json.tmp'), { force: true })
}

/** Names of the finished checkpoints, oldest first. */
export async function listCheckpoints(runFolder: string): Promise<string[]> {
  const names = await readFolder(join(runFolder, CHECKPOINTS))
  return names
    .filter(isCheckpointName)
    .sort((a, b) => Number(a.slice('epoch-'.length)) - Number(b.slice('epoch-'.length)))
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
  const names = await listCheckpoints(runFolder)
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
      'Checkpoints are named epoch-0001 and on; the best and the newest two are kept.',
    )
  }
  const best = await readFile(join(runFolder, BEST), 'utf8').catch(() => '')
  return names.includes(best.trim()) ? best.trim() : (names[names.length - 1] ?? '')
}

/** Weights of a checkpoint, with what they were trained with. */
export async function readWeights(runFolder: string, name: string): Promise<WeightsFile> {
  return readWeightsFile(join(checkpointFolder(runFolder, name), 'model.safetensors'))
}

/** A weights file of the lab's own. */
async function readWeightsFile(path: string): Promise<WeightsFile> {
  const { tensors, metadata } = await readSafetensors(path)
  return {
    weights: tensors,
    network: readMetadata(metadata, 'network') as NetworkSpec | null,
    preprocessing: readMetadata(metadata, 'preprocessing') as Preprocessing | null,
    classNames: readMetadata(metadata, 'class_names') as string[] | null,
  }
}

function readMetadata(metadata: SafetensorsFile['metadata'], key: string): unknown {
  const text = metadata[key]
  if (text === undefined) return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

/** Velocity of a checkpoint. */
export async function readVelocity(runFolder: string, name: string): Promise<NamedTensors> {
  const path = join(checkpointFolder(runFolder, name), 'optimizer.safetensors')
  return (await readSafetensors(path)).tensors
}

/**
 * State of a checkpoint.
 * @throws LabError `unreadable` when `state.json` is not what the lab writes.
 */
export async function readState(runFolder: string, name: string): Promise<CheckpointState> {
  const path = join(checkpointFolder(runFolder, name), 'state.json')
  try {
    const state = JSON.parse(await readFile(path, 'utf8')) as Partial<CheckpointState>
    const isWhole =
      state.version === 1 &&
      Number.isInteger(state.epoch) &&
      Number.isInteger(state.step) &&
      Number.isInteger(state.microBatch) &&
      typeof state.schedule === 'object' &&
      typeof state.metrics === 'object' &&
      typeof state.best === 'object'
    if (isWhole) return state as CheckpointState
  } catch {
    // Told below, in one line with the rest.
  }
  throw new LabError(
    'unreadable',
    `Expected a checkpoint's state in ${path}; it is missing or not what the lab writes.`,
    'Remove that checkpoint folder to go on from the one before it.',
  )
}
