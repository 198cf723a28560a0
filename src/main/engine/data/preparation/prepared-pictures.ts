import { LabError, type DatasetColours, type SkippedFile } from '../../../../shared/contract'
import { resolvePicturePath } from '../../../../shared/picture-path'
import { itemAt } from '../../../../shared/present'
import { findColourShift, type ColourComponents } from '../../../../shared/spec'
import type { LabelledBatch } from '../../tensors/batches'
import { addColourSums, createColourSums, type ColourSums } from './colour-statistics'
import type { AugmentationDraw } from '../sampling/draw-augmentation'
import { describeColours } from './known-colours'
import { LostPictures } from './lost-pictures'
import { namePictures, type Pack } from './pack'
import type { PictureOutcome, PictureReference } from './tasks'
import type { WorkerPool } from './worker-pool'
import { createProgressMeter, throwIfCancelled, type WorkOptions } from '../../work/progress-meter'
import { runBounded } from '../../work/run-bounded'
import type { Dataset, DatasetFile } from '../types'

/** Pictures of a task that only prepares: little is lost when it is cancelled. */
const FILL_PICTURES = 16
const FILLS_PER_WORKER = 2

const LABEL = 'Preparing the pictures'

/** A picture, by its index into the data set, as a batch shows it. */
export interface DrawnPicture {
  readonly id: number
  readonly draw: AugmentationDraw
}

/** What a batch carries beside its pictures and labels. */
export interface BatchExtras {
  /** Of the colour shift; null without one. */
  readonly components: ColourComponents | null
  /** Weight of each class in the loss; null where all weigh the same. */
  readonly classWeights: Float32Array | null
}

/** The pictures of a data set as the workers make them out of packs and files. */
export class PreparedPictures {
  readonly unreadable: SkippedFile[] = []
  readonly #dataset: Dataset
  readonly #workers: WorkerPool
  readonly #failed: Set<number>
  #isDisposed = false

  /** @param failed - pictures that are known not to be decodable */
  constructor(dataset: Dataset, workers: WorkerPool, failed: readonly number[] = []) {
    this.#dataset = dataset
    this.#workers = workers
    this.#failed = new Set(failed)
  }

  /**
   * Prepares what a pack lacks, as long as it has room.
   * @throws LostPictures
   */
  async fill(pack: Pack, ids: readonly number[], options: WorkOptions): Promise<void> {
    const isMissing = (id: number): boolean => {
      return !this.#failed.has(id) && pack.placeOf(this.#fileOf(id)) === null
    }
    if (!pack.isStoring) return
    const missing = ids.filter(isMissing)
    if (missing.length === 0) return
    await this.#visit(pack, missing, options, null)
  }

  /**
   * Mean and principal components of pictures; known at once where they were measured before.
   * @throws LostPictures, LabError `unreadable` where none can be decoded
   */
  async measureColours(
    pack: Pack,
    ids: readonly number[],
    options: WorkOptions,
  ): Promise<DatasetColours> {
    const key = namePictures(this.#dataset, ids)
    const known = pack.readColours(key)
    if (known !== null) return describeColours(known, ids.length, pack.smallestSide)
    const total = createColourSums()
    await this.#visit(pack, ids, options, total)
    if (total.pixels === 0) throw this.nothingReadable(ids.length)
    if (this.unreadable.length === 0) pack.keepColours(key, total)
    const pictures = ids.filter((id) => !this.#failed.has(id)).length
    return describeColours(total, pictures, pack.smallestSide)
  }

  /**
   * A batch of those that can be decoded; empty where none can.
   * @throws LostPictures
   */
  async makeBatch(
    pack: Pack,
    inputSize: number,
    drawn: readonly DrawnPicture[],
    { components, classWeights }: BatchExtras,
  ): Promise<LabelledBatch> {
    const wanted = drawn.filter(({ id }) => !this.#failed.has(id))
    const ids = wanted.map(({ id }) => id)
    const pictures = this.#refer(pack, ids)
    const outcome = await this.#workers.run<'batch'>({
      kind: 'batch',
      pictures,
      smallestSide: pack.smallestSide,
      pack: pack.folder,
      isStoring: pack.isStoring,
      inputSize,
      draws: wanted.map(({ draw }) => draw),
    })
    this.#note(pack, ids, pictures, outcome)
    const failed = new Set(outcome.unreadable.map(({ picture }) => picture))
    const read = wanted.filter((_, at) => !failed.has(at))
    const labels = Int32Array.from(read, ({ id }) => this.#fileOf(id).classIndex)
    return {
      count: read.length,
      pixels: outcome.pixels,
      labels,
      ...(components && { colourShift: shiftColours(components, read) }),
      ...(classWeights && {
        lossWeights: Float32Array.from(labels, (label) =>
          itemAt(classWeights, label, 'class weights'),
        ),
      }),
    }
  }

  nothingReadable(pictures: number): LabError {
    const [first] = this.unreadable
    const example = first === undefined ? '' : ` (${first.reason})`
    return new LabError(
      'unreadable',
      `None of the ${pictures} pictures needed from ${this.#dataset.folder} can be read${example}.`,
      'Check that its files are intact.',
    )
  }

  /** Gives up what is in progress. */
  dispose(): void {
    this.#isDisposed = true
  }

  /** Has the workers go through pictures; adds their colours to `total`, if there is one. */
  async #visit(
    pack: Pack,
    ids: readonly number[],
    options: WorkOptions,
    total: ColourSums | null,
  ): Promise<void> {
    throwIfCancelled(options.signal, LABEL)
    const meter = createProgressMeter(LABEL, ids.length, options)
    const lists: number[][] = []
    for (let at = 0; at < ids.length; at += FILL_PICTURES) {
      lists.push(ids.slice(at, at + FILL_PICTURES))
    }
    await runBounded(lists, this.#workers.size * FILLS_PER_WORKER, async (list) => {
      if (this.#isDisposed) throw new LabError('cancelled', `${LABEL}: cancelled.`)
      const wanted = list.filter((id) => !this.#failed.has(id))
      if (total !== null || pack.isStoring) {
        const pictures = this.#refer(pack, wanted)
        const outcome = await this.#workers.run<'fill'>({
          kind: 'fill',
          pictures,
          smallestSide: pack.smallestSide,
          pack: pack.folder,
          isStoring: pack.isStoring,
          isMeasured: total !== null,
        })
        this.#note(pack, wanted, pictures, outcome)
        if (total !== null) addColourSums(total, outcome.colours)
      }
      meter.advance(list.length)
    })
    meter.finish()
  }

  #fileOf(id: number): DatasetFile {
    return itemAt(this.#dataset.files, id, 'pictures')
  }

  #refer(pack: Pack, ids: readonly number[]): PictureReference[] {
    return ids.map((id) => {
      const file = this.#fileOf(id)
      const { file: name, bytes, modifiedMs } = file
      const path = resolvePicturePath(this.#dataset.folder, name)
      return { path, name, bytes, modifiedMs, place: pack.placeOf(file) }
    })
  }

  /** @throws LostPictures */
  #note(
    pack: Pack,
    ids: readonly number[],
    pictures: readonly PictureReference[],
    outcome: PictureOutcome,
  ): void {
    pack.note(pictures, outcome)
    for (const { picture, reason } of outcome.unreadable) {
      const id = itemAt(ids, picture)
      if (this.#failed.has(id)) continue
      this.#failed.add(id)
      this.unreadable.push({ file: itemAt(pictures, picture).name, reason })
    }
    const [lost] = outcome.lost
    if (lost === undefined) return
    throw new LostPictures(this.#dataset, itemAt(pictures, lost.picture).name, lost.reason)
  }
}

/** `[N, 3]` */
function shiftColours(
  components: ColourComponents,
  pictures: readonly DrawnPicture[],
): Float32Array {
  const shifts = new Float32Array(pictures.length * 3)
  for (const [at, { draw }] of pictures.entries()) {
    shifts.set(findColourShift(components, draw.alphas), at * 3)
  }
  return shifts
}
