import { resolve } from 'node:path'
import { LabError } from '../../shared/contract'
import type { RunFile } from '../../shared/spec'
import { fitPicture } from '../engine/data/pictures/fit-picture'
import type { CompiledNetwork } from '../engine/network/compiled-network'
import { openRun } from '../engine/training'

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

/** @throws LabError `unsupported` for a run that was imported without its fully connected layers. */
export function requireClassifier({ imported }: RunFile, runFolder: string): void {
  if (imported?.hasClassifier !== false) return
  throw new LabError(
    'unsupported',
    `Expected a run with a classifier; ${runFolder} has only convolutions, from ${imported.file}.`,
    'Train a classifier on them: train <folder> --weights <run> --freeze conv5_3.',
  )
}

/** A picture as the run's validation sees it: smallest side S (the middle of a range), centre crop. */
export async function fitForRun(path: string, run: RunFile): Promise<Uint8Array> {
  const { min, max } = run.settings.scale
  const smallestSide = Math.round((min + max) / 2)
  const { picture } = await fitPicture(resolve(path), {
    inputSize: run.network.inputSize,
    smallestSide,
  })
  return picture.pixels
}
