import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/contract'
import type { EpochMetrics } from '../../../shared/spec'
import {
  checkpointFolder,
  listCheckpoints,
  listStepCheckpoints,
  stepOf,
} from './checkpoint-folders'
import type { BatchScore } from '../network/compiled-network'

/** `state.json`: all that training needs beside weights and velocity to go on exactly. */
export interface CheckpointState {
  readonly version: 1
  /** Epochs done. */
  readonly epoch: number
  /** Updates so far. */
  readonly step: number
  readonly trainedSeconds: number
  readonly schedule: ScheduleState
  /** Pictures of one session call: kept, since sums in another order differ in their last bits. */
  readonly microBatch: number
  /** Random numbers are keyed, not drawn in sequence: the seed, step and epoch are their state. */
  readonly random: { readonly seed: number; readonly keyedBy: 'seed, step, epoch' }
  /** Of the last epoch; null before the end of the first. */
  readonly metrics: EpochMetrics | null
  readonly best: EpochMetrics | null
  /** Epochs in a row that were no better than the best; left out by earlier versions of the lab. */
  readonly stalledEpochs?: number
  /** How far the epoch in progress is; left out at the end of one. */
  readonly within?: EpochPosition
}

/** Where the plateau schedule stands; plain data, kept in each checkpoint's `state.json`. */
export interface ScheduleState {
  readonly learningRate: number
  readonly drops: number
  readonly bestTop1: number
  /** Epochs since the last better validation top-1, or since the last drop. */
  readonly epochsWithoutBetter: number
}

/** A place inside an epoch, at the end of an update. */
export interface EpochPosition {
  /** Batches of the epoch's order that are done. */
  readonly batches: number
  /** Of the pictures of these batches. */
  readonly score: BatchScore
  /** Seconds of training of this epoch. */
  readonly seconds: number
}

/**
 * State of a checkpoint.
 * @throws LabError `unreadable` when `state.json` is not what the lab writes.
 */
async function readState(runFolder: string, name: string): Promise<CheckpointState> {
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
      typeof state.best === 'object' &&
      (state.within === undefined || Number.isInteger(state.within.batches))
    if (isWhole) return state as CheckpointState
  } catch {
    // Reported below, in one line with the rest.
  }
  throw new LabError(
    'unreadable',
    `Expected a checkpoint's state in ${path}; it is missing or not what the lab writes.`,
    'Remove that checkpoint folder to continue from the one before it.',
  )
}

/**
 * The checkpoint that a run goes on from: the newest epoch's, or a later one of the middle of an epoch;
 * null before the first.
 * @throws LabError `unreadable`
 */
export async function readNewest(
  runFolder: string,
): Promise<{ readonly name: string; readonly state: CheckpointState } | null> {
  const epoch = (await listCheckpoints(runFolder)).pop()
  const step = (await listStepCheckpoints(runFolder)).pop()
  const state = epoch === undefined ? null : await readState(runFolder, epoch)
  if (step !== undefined && stepOf(step) > (state?.step ?? 0)) {
    return { name: step, state: await readState(runFolder, step) }
  }
  return epoch === undefined || state === null ? null : { name: epoch, state }
}
