import { resolve } from 'node:path'
import {
  LabError,
  type DatasetColours,
  type DatasetPicture,
  type DatasetSummary,
  type EncodedPicture,
  type EngineCalls,
} from '../../../shared/contract'
import type { AugmentationSettings } from '../../../shared/spec'
import { checkPictures } from '../data/check-pictures'
import { findKnownColours } from '../data/known-colours'
import { createPictureSource } from '../data/picture-source'
import { previewAugmentation } from '../data/preview-augmentation'
import { writeSampleDataset } from '../data/sample-dataset'
import { resolvePicturePath } from '../data/scan-folder'
import { scanDataset } from '../data/scan-list'
import { drawSplit } from '../data/split'
import { encodeThumbnail } from '../data/thumbnail'
import type { Dataset, Split } from '../data/types'
import { compact } from './engine-port'
import { throwIfCancelled, type CallContext, type CallHandlers } from './port-session'

/** Pictures that are encoded side by side. */
const THUMBNAIL_WORKERS = 4

/** The data set that is open. */
export interface OpenDataset {
  readonly dataset: Dataset
  readonly pictures: readonly DatasetPicture[]
  /** Index of each picture by its file. */
  readonly files: ReadonlyMap<string, number>
  readonly split: Split
  /** What was measured, by S. */
  readonly colours: Map<number, DatasetColours>
  /** The last list that was paged through: each page of it asks with the same filter. */
  filtered: { readonly key: string; readonly pictures: readonly DatasetPicture[] } | null
}

/** Which pictures a page is of. */
type PictureFilter = Pick<EngineCalls['dataset.pictures']['args'], 'classIndex' | 'split' | 'text'>

type DatasetHandlers = Pick<
  CallHandlers,
  | 'dataset.open'
  | 'dataset.sample'
  | 'dataset.pictures'
  | 'dataset.check'
  | 'dataset.colours'
  | 'dataset.augment'
  | 'dataset.thumbnails'
>

/** The current data set: scanned once, then paged through. */
export class DatasetService {
  #current: OpenDataset | null = null
  #measuring: { readonly controller: AbortController; readonly done: Promise<unknown> } | null =
    null

  /** @param isTraining - whether a run is at work: nothing may slow it down */
  constructor(private readonly isTraining: () => boolean) {}

  /** Gives a measurement up, whose prepared pictures the run that begins can then add to. */
  async stopMeasuring(): Promise<void> {
    this.#measuring?.controller.abort()
    await this.#measuring?.done.catch(() => undefined)
  }

  readonly handlers: DatasetHandlers = {
    'dataset.open': async ({ folder, validationShare, seed }, { signal, onProgress }) => {
      const dataset = await scanDataset(folder, { signal, onProgress })
      throwIfCancelled(signal, 'dataset.open')
      const split = drawSplit(dataset, { share: validationShare, seed })
      const pictures = [
        ...listPictures(dataset, split.train, 'train'),
        ...listPictures(dataset, split.validation, 'validation'),
      ].sort((a, b) => a.classIndex - b.classIndex || compareText(a.file, b.file))
      const files = new Map<string, number>()
      dataset.files.forEach(({ file }, index) => files.set(file, index))
      const colours = new Map<number, DatasetColours>()
      this.#current = { dataset, pictures, files, split, colours, filtered: null }
      return summarise(dataset, pictures)
    },
    'dataset.sample': async (args, { signal, onProgress }) => {
      await writeSampleDataset(args, { signal, onProgress })
      return { folder: args.folder }
    },
    'dataset.pictures': ({ folder, offset, limit, ...filter }) => {
      const chosen = filterPictures(this.find(folder), filter)
      return { total: chosen.length, pictures: chosen.slice(offset, offset + limit) }
    },
    'dataset.check': ({ folder }, { signal, onProgress }) => {
      const { dataset, pictures } = this.find(folder)
      return checkPictures(dataset.folder, pictures, { signal, onProgress })
    },
    'dataset.colours': async ({ folder, settings, measure }, work) => {
      const { dataset, split, colours } = this.find(folder)
      const side = settings.scale.max
      let found = colours.get(side) ?? findKnownColours(dataset, split, side)
      if (found === null && measure) {
        found = await this.#measure(dataset, split, settings, work)
      }
      if (found !== null) colours.set(side, found)
      return found
    },
    'dataset.augment': ({ folder, file, ...request }) => {
      const { dataset, files } = this.find(folder)
      const picture = files.get(file)
      if (picture === undefined) throw notOf(dataset, file)
      return previewAugmentation({ path: resolvePicturePath(dataset, file), picture, ...request })
    },
    'dataset.thumbnails': ({ folder, files, sizePx }, context) => {
      const current = this.find(folder)
      const stranger = files.find((file) => !current.files.has(file))
      if (stranger !== undefined) throw notOf(current.dataset, stranger)
      return encodeAll(current.dataset.folder, files, sizePx, context)
    },
  }

  /** One at a time: two would keep each other's pictures out of the cache. */
  async #measure(
    dataset: Dataset,
    split: Split,
    settings: AugmentationSettings,
    { signal, onProgress }: CallContext,
  ): Promise<DatasetColours> {
    if (this.isTraining()) {
      throw new LabError(
        'busy',
        'Expected no run in training: measuring would slow it down.',
        'Pause or stop the run first. It measures the colours itself at its own S.',
      )
    }
    await this.stopMeasuring()
    const controller = new AbortController()
    signal.addEventListener('abort', () => controller.abort(), { once: true })
    const source = createPictureSource(dataset, split, { ...settings, order: 'sequential' })
    const done = source
      .measureColours({ signal: controller.signal, onProgress })
      .finally(() => source.dispose())
    const measuring = { controller, done }
    this.#measuring = measuring
    try {
      return await done
    } finally {
      if (this.#measuring === measuring) this.#measuring = null
    }
  }

  /**
   * The open data set.
   * @param folder - its source, as the window knows it
   * @throws LabError `not-found` when another one is open, or none.
   */
  find(folder: string): OpenDataset {
    const current = this.#current
    if (current !== null && resolve(folder) === resolve(current.dataset.source)) return current
    throw new LabError(
      'not-found',
      `Expected the open data folder (${current?.dataset.source ?? 'none is open'}), got ${folder}.`,
      'Open the folder first.',
    )
  }
}

function notOf(dataset: Dataset, file: string): LabError {
  return new LabError(
    'not-found',
    `Expected a picture of ${dataset.folder}, got ${file}.`,
    'Scan the folder again.',
  )
}

function filterPictures(current: OpenDataset, filter: PictureFilter): readonly DatasetPicture[] {
  const { classIndex, split, text = '' } = filter
  const sought = text.toLowerCase()
  const key = JSON.stringify([classIndex, split, sought])
  if (current.filtered?.key !== key) {
    const isChosen = (picture: DatasetPicture): boolean =>
      (classIndex === null || picture.classIndex === classIndex) &&
      (split === undefined || picture.split === split) &&
      (sought === '' || picture.file.toLowerCase().includes(sought))
    current.filtered = { key, pictures: current.pictures.filter(isChosen) }
  }
  return current.filtered.pictures
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

function summarise(dataset: Dataset, pictures: readonly DatasetPicture[]): DatasetSummary {
  const counts = dataset.classNames.map((name) => ({ name, train: 0, validation: 0 }))
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

async function encodeAll(
  folder: string,
  files: readonly string[],
  sizePx: number,
  { signal }: CallContext,
): Promise<(EncodedPicture | null)[]> {
  const encoded: (EncodedPicture | null)[] = files.map(() => null)
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < files.length; at = next++) {
      throwIfCancelled(signal, 'dataset.thumbnails')
      encoded[at] = await encodeOne(resolvePicturePath({ folder }, files[at] ?? ''), sizePx)
    }
  }
  await Promise.all(Array.from({ length: THUMBNAIL_WORKERS }, work))
  return encoded
}

/** One picture that cannot be read must not take the page with it. */
async function encodeOne(path: string, sizePx: number): Promise<EncodedPicture | null> {
  try {
    const picture = await encodeThumbnail(path, sizePx)
    return { ...picture, bytes: compact(picture.bytes) }
  } catch {
    return null
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
