import { resolve } from 'node:path'
import { LabError, MAX_RUN_DATASETS, type DatasetColours } from '../../../shared/contract'
import type { DATASET_CALLS } from '../../../shared/contract/dataset'
import { resolvePicturePath } from '../../../shared/picture-path'
import type { AugmentationSettings } from '../../../shared/spec'
import { checkPictures, cutFindings, splitFindings } from '../data/findings/check-pictures'
import { findKnownColours } from '../data/preparation/known-colours'
import { createPictureSource } from '../data/sampling/picture-source'
import { previewAugmentation } from '../data/sampling/preview-augmentation'
import { throwIfCancelled } from '../work/progress-meter'
import { writeSampleDataset } from '../data/sample/sample-dataset'
import { scanDataset } from '../data/scan/scan-list'
import { encodeThumbnails } from '../data/pictures/thumbnail'
import type { Dataset, Split } from '../data/types'
import {
  filterPictures,
  locatePicture,
  openDataset,
  summarise,
  type OpenDataset,
} from './open-dataset'
import { openRunDataset } from './run-dataset'
import type { CallContext, Handlers } from './call-handlers'

/** The current data set, scanned once, then paged through; and those of runs that are looked into. */
export class DatasetService {
  readonly #isTraining: () => boolean
  #current: OpenDataset | null = null
  /** By run folder, the last opened last. */
  readonly #ofRuns = new Map<string, OpenDataset>()
  #measuring: { readonly controller: AbortController; readonly done: Promise<unknown> } | null =
    null

  /** @param isTraining - whether a run is at work: nothing may slow it down */
  constructor(isTraining: () => boolean) {
    this.#isTraining = isTraining
  }

  /** Gives a measurement up, whose prepared pictures the run that begins can then add to. */
  async stopMeasuring(): Promise<void> {
    this.#measuring?.controller.abort()
    await this.#measuring?.done.catch(() => undefined)
  }

  readonly handlers: Handlers<typeof DATASET_CALLS> = {
    'dataset.open': async ({ folder, ...drawn }, { signal, onProgress }) => {
      const scanned = await scanDataset(folder, { signal, onProgress })
      throwIfCancelled(signal, 'dataset.open')
      this.#current = openDataset(scanned, null, drawn)
      return summarise(this.#current)
    },
    'dataset.openRun': async ({ runFolder }, { signal, onProgress }) => {
      const open = await openRunDataset(runFolder, { signal, onProgress })
      throwIfCancelled(signal, 'dataset.openRun')
      this.#keepRun(runFolder, open)
      return { ...summarise(open), source: runFolder }
    },
    'dataset.locate': ({ folder, image }) => locatePicture(this.find(folder), image),
    'dataset.split': async ({ folder, validationFolder, ...drawn }, { signal, onProgress }) => {
      const { scanned, validation, findings } = this.find(folder)
      const wanted = validationFolder === null ? null : resolve(validationFolder)
      const isSame = wanted === (validation?.source ?? null)
      const joined =
        isSame || wanted === null ? null : await scanDataset(wanted, { signal, onProgress })
      throwIfCancelled(signal, 'dataset.split')
      const next = openDataset(scanned, isSame ? validation : joined, drawn)
      // Nothing is reported of pictures that nobody looked at.
      if (isSame && findings !== null) next.findings = splitFindings(findings, next.pictures)
      this.#current = next
      return {
        dataset: summarise(next),
        findings: next.findings && cutFindings(next.findings),
      }
    },
    'dataset.sample': async (args, { signal, onProgress }) => {
      await writeSampleDataset(args, { signal, onProgress })
      return { folder: args.folder }
    },
    'dataset.pictures': ({ folder, offset, limit, ...filter }) => {
      const chosen = filterPictures(this.find(folder), filter)
      return { total: chosen.length, pictures: chosen.slice(offset, offset + limit) }
    },
    'dataset.check': async ({ folder }, { signal, onProgress }) => {
      const current = this.find(folder)
      const { dataset, pictures } = current
      current.findings = await checkPictures(dataset.folder, pictures, { signal, onProgress })
      return cutFindings(current.findings)
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
      return previewAugmentation({
        path: resolvePicturePath(dataset.folder, file),
        picture,
        ...request,
      })
    },
    'dataset.thumbnails': ({ folder, files, sizePx }, context) => {
      const current = this.find(folder)
      const stranger = files.find((file) => !current.files.has(file))
      if (stranger !== undefined) throw notOf(current.dataset, stranger)
      const paths = files.map((file) => resolvePicturePath(current.dataset.folder, file))
      return encodeThumbnails(paths, sizePx, context.signal)
    },
  }

  #keepRun(runFolder: string, open: OpenDataset): void {
    this.#ofRuns.delete(runFolder)
    this.#ofRuns.set(runFolder, open)
    const [oldest] = this.#ofRuns.keys()
    if (this.#ofRuns.size > MAX_RUN_DATASETS && oldest !== undefined) this.#ofRuns.delete(oldest)
  }

  /** One at a time: two would keep each other's pictures out of the cache. */
  async #measure(
    dataset: Dataset,
    split: Split,
    settings: AugmentationSettings,
    { signal, onProgress }: CallContext,
  ): Promise<DatasetColours> {
    if (this.#isTraining()) {
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

  /** {@link find}; null where it is not open. */
  findIfOpen(folder: string): OpenDataset | null {
    try {
      return this.find(folder)
    } catch {
      return null
    }
  }

  /**
   * The open data set, or that of a run.
   * @param folder - its source, as the window knows it: of a run's, the run's folder
   * @throws LabError `not-found` when another one is open, or none.
   */
  find(folder: string): OpenDataset {
    const ofRun = this.#ofRuns.get(folder)
    if (ofRun !== undefined) return ofRun
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
