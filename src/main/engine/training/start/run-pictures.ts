import { resolve } from 'node:path'
import { LabError } from '../../../../shared/contract'
import { itemAt } from '../../../../shared/present'
import { findName } from '../../../../shared/same-name'
import type { RunFile, TrainingSettings } from '../../../../shared/spec'
import { findPackSides } from '../../data/sampling/picture-source'
import { readPack } from '../../data/preparation/pack'
import { findPictureCache } from '../../data/preparation/picture-cache'
import { compareNames } from '../../data/scan/scan-folder'
import { scanDataset } from '../../data/scan/scan-list'
import { joinValidationFolder } from '../../data/scan/split'
import type { Dataset, DatasetFile, Split, WholeSplit } from '../../data/types'
import type { WorkOptions } from '../../work/progress-meter'
import {
  MovedPictures,
  makeRename,
  renameSplit,
  type GoingRun,
  type SplitPicture,
} from './moved-pictures'
import type { SplitFile } from '../../runs/run-folder'
import { findBase } from '../../runs/split-pictures'

/** The pictures of a run, and notes about them, a line each. */
export interface RunPictures {
  readonly dataset: Dataset
  readonly split: Split
  /** The split by the names that the pictures have now; null where they have those that were given. */
  readonly renamed: SplitFile | null
  readonly notes: readonly string[]
}

/**
 * Scans the pictures that settings name.
 * @throws LabError as `scanDataset`
 */
export async function scanPictures(
  folder: string,
  { validationFolder }: TrainingSettings,
  work: WorkOptions,
): Promise<Dataset> {
  const dataset = await scanDataset(folder, work)
  if (validationFolder === null) return dataset
  return joinValidationFolder(dataset, await scanDataset(validationFolder, work))
}

/**
 * What `split.json` holds of a split.
 * @param unreadable - files that could not be decoded
 */
export function nameSplit(
  { files }: Dataset,
  split: WholeSplit,
  unreadable: readonly string[],
): SplitFile {
  const nameOf = (index: number): string => itemAt(files, index, 'pictures').file
  const labelOf = (index: number): number => itemAt(files, index, 'pictures').classIndex
  const hasTest = split.test.length > 0
  return {
    version: 1,
    train: split.train.map(nameOf),
    validation: split.validation.map(nameOf),
    ...(hasTest && { test: split.test.map(nameOf) }),
    labels: {
      train: split.train.map(labelOf),
      validation: split.validation.map(labelOf),
      ...(hasTest && { test: split.test.map(labelOf) }),
    },
    unreadable,
  }
}

/**
 * The pictures of a resumed run: the same, in the same order, also if others were added to the folder
 * since. What is no longer there, or cannot be reached, is taken from the prepared cache.
 * @param names - `split.json`
 * @throws LabError `pictures-missing` or `validation-missing`, after the folder to look for, with the
 *   number of those that are in neither, or that are others in a folder that was named as the new place;
 *   `unreadable` where `split.json` names a class that the run has not
 */
export async function findRunPictures(
  names: SplitFile,
  going: GoingRun,
  work: WorkOptions,
): Promise<RunPictures> {
  const { run } = going
  const pictures = listPictures(names, run)
  const { scanned, fault } = await tryScan(run, work)
  const found = new Map(scanned?.files.map((file) => [file.file, file]))
  const cached = findCached(run, scanned)
  const unreadableNames = new Set(names.unreadable)
  const files: DatasetFile[] = []
  const split = { train: [] as number[], validation: [] as number[], unreadable: [] as number[] }
  const missing: SplitPicture[] = []
  const newName = makeRename(going)
  const newNames = new Map<string, string>()
  const moved = new MovedPictures(going)
  let fromCache = 0
  for (const picture of pictures) {
    const { half, classIndex } = picture
    const isUnreadable = unreadableNames.has(picture.file)
    const file = found.has(picture.file) ? picture.file : newName(picture)
    if (file !== picture.file) newNames.set(picture.file, file)
    const there = found.get(file)
    if (there !== undefined) moved.add(picture, there)
    const held = there === undefined && !isUnreadable ? cached(half).get(file) : undefined
    const label = classIndex ?? labelOf(there, scanned, run)
    if ((there === undefined && held === undefined && !isUnreadable) || label === null) {
      missing.push(picture)
      continue
    }
    if (held !== undefined) fromCache += 1
    const { bytes = 0, modifiedMs = 0 } = there ?? held ?? {}
    split[half].push(files.length)
    if (isUnreadable) split.unreadable.push(files.length)
    files.push({ file, classIndex: label, givenSplit: half, bytes, modifiedMs })
  }
  if (missing.length > 0) throw missingPictures(run, pictures, missing, fault)
  const movedNotes = moved.check()
  const source = scanned?.source ?? resolve(run.dataFolder)
  const folder = scanned?.folder ?? findBase(source)
  const { classNames } = run
  const layout = 'train-val'
  const dataset = { source, folder, layout, classNames, files, skipped: [], warnings: [] } as const
  const because = fault === null ? '' : ` (${fault.message})`
  const notes =
    fromCache === 0
      ? []
      : [
          `Not in ${folder}: ${fromCache} of ${files.length} pictures. The run continues with their copies in the prepared cache${because.replace(/\.\)$/, ')')}.`,
        ]
  const renamed = newNames.size === 0 ? null : renameSplit(names, newNames)
  return { dataset, split, renamed, notes: [...notes, ...movedNotes] }
}

/** In the order that the scan of the folder had when the run began, which keys the augmentation. */
function listPictures(names: SplitFile, { classNames, settings }: RunFile): SplitPicture[] {
  const listHalf = (half: 'train' | 'validation'): SplitPicture[] => {
    const labels = names.labels?.[half]
    return names[half].map((file, at) => {
      const classIndex = labels === undefined ? null : itemAt(labels, at, 'labels')
      if (classIndex !== null && classNames[classIndex] === undefined) {
        throw new LabError(
          'unreadable',
          `Expected one of the run's ${classNames.length} classes for ${file} in split.json, got number ${classIndex}.`,
          'Without its classes the run cannot go on exactly; start a new run from its weights.',
        )
      }
      return { file, half, classIndex }
    })
  }
  const pictures = [...listHalf('train'), ...listHalf('validation')]
  // The pictures of a validation folder of its own stand behind the others.
  if (settings.validationFolder !== null) return pictures
  return pictures.sort((a, b) => compareNames(a.file, b.file))
}

async function tryScan(
  { dataFolder, settings }: RunFile,
  work: WorkOptions,
): Promise<{ scanned: Dataset | null; fault: LabError | null }> {
  let scanned: Dataset | null = null
  try {
    scanned = await scanDataset(dataFolder, work)
    if (settings.validationFolder !== null) {
      scanned = joinValidationFolder(scanned, await scanDataset(settings.validationFolder, work))
    }
    return { scanned, fault: null }
  } catch (error) {
    if (!(error instanceof LabError) || error.code === 'cancelled') throw error
    return { scanned, fault: error }
  }
}

/** What the cache holds for each half; read when it is asked for. */
function findCached(
  { dataFolder, settings }: RunFile,
  scanned: Dataset | null,
): (half: 'train' | 'validation') => ReturnType<typeof readPack> {
  const source = scanned?.source ?? resolve(dataFolder)
  const sides = findPackSides(settings.scale)
  const packs = new Map<number, ReturnType<typeof readPack>>()
  return (half) => {
    const side = sides[half]
    const pack = packs.get(side) ?? readPack(findPictureCache(), source, side)
    packs.set(side, pack)
    return pack
  }
}

/**
 * By the name of its class: folders that were added or lost since change the index. null for a picture
 * that is not there, or of a class that the run does not know.
 */
function labelOf(
  file: DatasetFile | undefined,
  scanned: Dataset | null,
  run: RunFile,
): number | null {
  if (file === undefined || scanned === null) return null
  const label = findName(run.classNames, itemAt(scanned.classNames, file.classIndex, 'classes'))
  return label < 0 ? null : label
}

function missingPictures(
  { dataFolder, settings: { validationFolder } }: RunFile,
  pictures: readonly SplitPicture[],
  missing: readonly SplitPicture[],
  fault: LabError | null,
): LabError {
  const why = fault === null ? '' : ` ${fault.message}`
  const isOfTraining = validationFolder === null || missing.some(({ half }) => half === 'train')
  const half = validationFolder === null ? null : isOfTraining ? 'train' : 'validation'
  const isOfHalf = (picture: SplitPicture): boolean => half === null || picture.half === half
  const wanted = pictures.filter(isOfHalf).length
  const lost = missing.filter(isOfHalf)
  const kind = half === 'validation' ? 'validation pictures' : 'pictures'
  const place = half === 'validation' && validationFolder !== null ? validationFolder : dataFolder
  return new LabError(
    half === 'validation' ? 'validation-missing' : 'pictures-missing',
    `Expected the ${wanted} ${kind} of this run in ${place}; ${lost.length} of them are neither there nor in the prepared cache, the first being ${itemAt(lost, 0).file}.${why}`,
    `Put them back, or continue with the folder they are in now (${half === 'validation' ? '--resume --val <folder>' : 'train <folder> --resume'}).`,
  )
}
