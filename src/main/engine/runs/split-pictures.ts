import { dirname, resolve } from 'node:path'
import { LabError, type DatasetPicture } from '../../../shared/contract'
import { itemAt } from '../../../shared/present'
import { resolvePicturePath } from '../../../shared/picture-path'
import { isListPath } from '../../../shared/spec'
import { readRun, readSplit } from './run-folder'

/** A picture of a run's split. */
export interface OwnPicture {
  /** As `split.json` names it. */
  readonly file: string
  /** Absolute. */
  readonly path: string
  /** Name of its class; null in a run of an earlier version of the lab. */
  readonly className: string | null
}

/** The folder that a data folder or a list names its pictures from; absolute. */
export function findBase(dataFolder: string): string {
  const source = resolve(dataFolder)
  return isListPath(source) ? dirname(source) : source
}

/**
 * The pictures of one half of a run's own split, in its order; those that could not be decoded when it
 * began are left out, as it left them out.
 * @throws LabError `not-found` or `unreadable` where the folder is no run or its split is lost,
 *   `bad-input` for an imported network, or where the run has no such half.
 */
export async function listOwnPictures(
  runFolder: string,
  half: DatasetPicture['split'],
): Promise<readonly OwnPicture[]> {
  const { dataFolder, classNames, imported } = await readRun(runFolder)
  if (imported !== undefined) {
    throw new LabError(
      'bad-input',
      `Expected a run that was trained; ${runFolder} was imported from ${imported.file} and has no pictures.`,
      'Classify a folder of pictures with it instead.',
    )
  }
  const split = await readSplit(runFolder)
  const base = findBase(dataFolder)
  const unreadable = new Set(split.unreadable)
  const files = split[half]
  if (files === undefined) {
    throw new LabError(
      'bad-input',
      `Expected a run on a data set with a test half; that of ${runFolder} had none.`,
      'Choose its validation half, or a folder of pictures.',
    )
  }
  const labels = split.labels?.[half]
  return files.flatMap((file, at) => {
    if (unreadable.has(file)) return []
    const className =
      labels === undefined
        ? findFolder(file, classNames)
        : (classNames[itemAt(labels, at, 'labels')] ?? null)
    return [{ file, path: resolvePicturePath(base, file), className }]
  })
}

/** The class that a file's folder is named after; null for none. */
function findFolder(file: string, classNames: readonly string[]): string | null {
  const folder = file.split('/').at(-2)
  return folder !== undefined && classNames.includes(folder) ? folder : null
}
