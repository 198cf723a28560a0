import { resolve } from 'node:path'
import { LabError, type DatasetPicture, type PictureSet } from '../../../shared/contract'
import { itemAt } from '../../../shared/present'
import { findName } from '../../../shared/same-name'
import { resolvePicturePath } from '../../../shared/picture-path'
import type { RunFile } from '../../../shared/spec'
import { compareNames } from '../data/scan/scan-folder'
import type { Dataset } from '../data/types'
import { readRun, readSplit, type SplitFile } from '../runs/run-folder'

/** A picture of the open data set that a network is asked about. */
export interface ChosenPicture {
  readonly picture: DatasetPicture
  /** Absolute path. */
  readonly image: string
  /** Index of its class among those of the network; null where the network does not know it. */
  readonly label: number | null
}

/** The pictures of a question, with words for the protocol line. */
export interface ChosenPictures {
  readonly pictures: readonly ChosenPicture[]
  /** "48 of 48 validation pictures of the run". */
  readonly words: string
}

/** What is known of the data set and the network that is asked. */
export interface AskedDataset {
  readonly dataset: Dataset
  /** By class and name. */
  readonly pictures: readonly DatasetPicture[]
  readonly runFolder: string
  readonly classNames: readonly string[]
}

/**
 * Pictures of the open data set, evenly spread over its classes. Which half they are of is the run's own
 * split where it was trained on this data set, else the one that the Data view draws.
 */
export async function choosePictures(
  source: AskedDataset,
  { split, limit }: Pick<PictureSet, 'split' | 'limit'>,
): Promise<ChosenPictures> {
  const { dataset, classNames } = source
  const own = split === 'all' ? null : await readOwnSplit(source)
  const half = own ?? source.pictures
  const wanted = split === 'all' ? half : half.filter((picture) => picture.split === split)
  const taken = spread(wanted, limit)
  const labels = dataset.classNames.map((name) => {
    const label = findName(classNames, name)
    return label < 0 ? null : label
  })
  const kind = { all: '', train: 'training ', validation: 'validation ', test: 'test ' }[split]
  const whose =
    split === 'all' || own !== null
      ? `${kind}pictures of ${own === null ? 'the data set' : 'the run'}`
      : `${kind}pictures of the split in the Data view, which the run may have been trained on`
  return {
    pictures: taken.map((picture) => ({
      picture,
      image: resolvePicturePath(dataset.folder, picture.file),
      label: itemAt(labels, picture.classIndex, 'classes'),
    })),
    words: `${taken.length} of ${wanted.length} ${whose}`,
  }
}

/**
 * Only the pictures whose class the network knows.
 * @throws LabError `bad-input` where there is none.
 */
export function requireLabels(
  { pictures, words }: ChosenPictures,
  { dataset, classNames }: AskedDataset,
): readonly (ChosenPicture & { readonly label: number })[] {
  const known = pictures.flatMap((chosen) =>
    chosen.label === null ? [] : [{ ...chosen, label: chosen.label }],
  )
  if (known.length > 0) return known
  if (pictures.length === 0) {
    throw new LabError(
      'bad-input',
      `Expected pictures to measure on, got ${words}.`,
      'Choose another validation share, or another data folder.',
    )
  }
  const names = (list: readonly string[]): string =>
    `${list.slice(0, 4).join(', ')}${list.length > 4 ? ', ...' : ''}`
  throw new LabError(
    'bad-input',
    `Expected pictures of the network's classes (${names(classNames)}), got ${names(dataset.classNames)}.`,
    'Open the data folder that the network was trained on.',
  )
}

/** The open pictures with the run's own halves; null where the run has none of this data set. */
async function readOwnSplit({
  dataset,
  pictures,
  runFolder,
}: AskedDataset): Promise<DatasetPicture[] | null> {
  try {
    const run = await readRun(runFolder)
    if (resolve(run.dataFolder) !== resolve(dataset.source)) return null
    const names = await readSplit(runFolder)
    const validation = new Set(names.validation)
    const train = new Set(names.train)
    const test = new Set(names.test)
    const own = pictures.flatMap((picture): DatasetPicture[] => {
      if (validation.has(picture.file)) return [{ ...picture, split: 'validation' }]
      if (test.has(picture.file)) return [{ ...picture, split: 'test' }]
      return train.has(picture.file) ? [{ ...picture, split: 'train' }] : []
    })
    if (own.some((picture) => picture.split === 'validation')) return own
    const joined = listJoined(run, names, dataset)
    return joined.length === 0 ? null : [...own, ...joined]
  } catch {
    // An imported network has no split of its own, and one that was lost is not missed here.
    return null
  }
}

/**
 * The validation pictures that a run took from a folder of their own, which need not be open: by class and
 * name, those of classes that the data set has.
 */
function listJoined(
  { settings, classNames }: RunFile,
  { validation, labels: ofHalves, unreadable = [] }: SplitFile,
  dataset: Dataset,
): DatasetPicture[] {
  // A run of an earlier version of the lab does not say of which class its pictures are.
  if (settings.validationFolder === null || ofHalves === undefined) return []
  const labels = ofHalves.validation
  return validation
    .map((file, at): DatasetPicture => {
      const classIndex = findName(dataset.classNames, itemAt(classNames, itemAt(labels, at)))
      return { file, classIndex, split: 'validation' }
    })
    .filter(({ file, classIndex }) => classIndex >= 0 && !unreadable.includes(file))
    .sort((a, b) => a.classIndex - b.classIndex || compareNames(a.file, b.file))
}

function spread<T>(list: readonly T[], limit: number | null): readonly T[] {
  if (limit === null || list.length <= limit) return list
  return Array.from(
    { length: limit },
    (_, index) => list[Math.floor((index * list.length) / limit)] as T,
  )
}
