import { relative, sep } from 'node:path'
import type {
  DatasetColours,
  DatasetFindings,
  DatasetPicture,
  DatasetSummary,
  EngineCalls,
} from '../../../shared/contract'
import { compareNames } from '../data/scan/scan-folder'
import { drawSplit, joinValidationFolder } from '../data/scan/split'
import type { Dataset, WholeSplit } from '../data/types'

/** The data set that is open. */
export interface OpenDataset {
  /** As it was scanned, before another folder's validation pictures were joined. */
  readonly scanned: Dataset
  /** The folder of validation pictures, if there is one of its own. */
  readonly validation: Dataset | null
  readonly dataset: Dataset
  readonly pictures: readonly DatasetPicture[]
  /** Index of each picture by its file. */
  readonly files: ReadonlyMap<string, number>
  readonly split: WholeSplit
  /** What was measured, by S. */
  readonly colours: Map<number, DatasetColours>
  /** Of the last check, uncut. */
  findings: DatasetFindings | null
  /** The last list that was paged through: each page of it asks with the same filter. */
  filtered: { readonly key: string; readonly pictures: readonly DatasetPicture[] } | null
}

/** Which pictures a page is of. */
type PictureFilter = Pick<EngineCalls['dataset.pictures']['args'], 'classIndex' | 'split' | 'text'>

/**
 * Splits a data set as a run with these settings would.
 * @throws LabError as `joinValidationFolder`
 */
export function openDataset(
  scanned: Dataset,
  validation: Dataset | null,
  { validationShare, seed }: { readonly validationShare: number; readonly seed: number },
): OpenDataset {
  const dataset = validation === null ? scanned : joinValidationFolder(scanned, validation)
  const split = drawSplit(dataset, { share: validationShare, seed })
  return { ...openSplit(dataset, split), scanned, validation }
}

/** A data set whose halves are known. */
export function openSplit(dataset: Dataset, split: WholeSplit): OpenDataset {
  const pictures = [
    ...listPictures(dataset, split.train, 'train'),
    ...listPictures(dataset, split.validation, 'validation'),
    ...listPictures(dataset, split.test, 'test'),
  ].sort((a, b) => a.classIndex - b.classIndex || compareNames(a.file, b.file))
  const files = new Map<string, number>()
  dataset.files.forEach(({ file }, index) => files.set(file, index))
  const colours = new Map<number, DatasetColours>()
  const nothing = { findings: null, filtered: null }
  const scan = { scanned: dataset, validation: null }
  return { ...scan, dataset, pictures, files, split, colours, ...nothing }
}

/** The summary that the window gets. */
export function summarise({ dataset, pictures }: OpenDataset): DatasetSummary {
  const counts = dataset.classNames.map((name) => ({ name, train: 0, validation: 0, test: 0 }))
  for (const { classIndex, split } of pictures) {
    const count = counts[classIndex]
    if (count !== undefined) count[split]++
  }
  return {
    source: dataset.source,
    folder: dataset.folder,
    layout: dataset.layout,
    classes: counts,
    images: pictures.length,
    skipped: dataset.skipped,
    warnings: dataset.warnings,
  }
}

/** The pictures that a page is of; kept for the next page. */
export function filterPictures(
  current: OpenDataset,
  filter: PictureFilter,
): readonly DatasetPicture[] {
  const { classIndex, split, text = '' } = filter
  // What is typed is composed; a name from a Mac may not be.
  const fold = (name: string): string => name.normalize('NFC').toLowerCase()
  const sought = fold(text)
  const key = JSON.stringify([classIndex, split, sought])
  if (current.filtered?.key !== key) {
    const isChosen = (picture: DatasetPicture): boolean =>
      (classIndex === null || picture.classIndex === classIndex) &&
      (split === undefined || picture.split === split) &&
      (sought === '' || fold(picture.file).includes(sought))
    current.filtered = { key, pictures: current.pictures.filter(isChosen) }
  }
  return current.filtered.pictures
}

/**
 * The picture of the data set that a file is.
 * @param image - absolute path
 * @returns null for any other file
 */
export function locatePicture(
  { dataset, files, pictures }: OpenDataset,
  image: string,
): DatasetPicture | null {
  const file = relative(dataset.folder, image).split(sep).join('/')
  if (!files.has(file)) return null
  return pictures.find((picture) => picture.file === file) ?? null
}

function listPictures(
  dataset: Dataset,
  indices: readonly number[],
  split: DatasetPicture['split'],
): DatasetPicture[] {
  return indices.flatMap((index) => {
    const file = dataset.files[index]
    return file === undefined ? [] : [{ file: file.file, classIndex: file.classIndex, split }]
  })
}
