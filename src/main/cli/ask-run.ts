import { resolve } from 'node:path'
import { middleScale, type RunFile } from '../../shared/spec'
import { fitPicture } from '../engine/data/pictures/fit-picture'
import type { CompiledNetwork } from '../engine/network/compiled-network'
import { openRun } from '../engine/training'

/** What to do about a run without a classifier. */
export const TRAIN_CLASSIFIER =
  'Train a classifier on them: train <folder> --weights <run> --freeze conv5_3.'

/** A run's checkpoint, opened to be asked. */
export interface OpenedRun {
  readonly run: RunFile
  readonly checkpoint: string
  readonly network: CompiledNetwork
}

/** Opens a run, hands it over, and always disposes it. */
export async function withRun<T>(
  runFolder: string,
  checkpoint: string | null,
  ask: (opened: OpenedRun) => Promise<T>,
): Promise<T> {
  const opened = await openRun(resolve(runFolder), checkpoint)
  try {
    return await ask(opened)
  } finally {
    opened.network.dispose()
  }
}

/** A picture as the run's validation sees it: smallest side S (the middle of a range), centre crop. */
export async function fitForRun(path: string, run: RunFile): Promise<Uint8Array> {
  const smallestSide = middleScale(run.settings.scale)
  const { picture } = await fitPicture(resolve(path), {
    inputSize: run.network.inputSize,
    smallestSide,
  })
  return picture.pixels
}
