import type { DatasetColours, SkippedFile } from '../../../../shared/contract'
import { itemAt } from '../../../../shared/present'
import { middleScale } from '../../../../shared/spec'
import type { LabelledBatch } from '../../tensors/batches'
import { checkSizes } from './check-sizes'
import { drawAugmentation, type AugmentationDraw } from './draw-augmentation'
import { orderEpoch, weighClasses } from './epoch-order'
import {
  PreparedPictures,
  type BatchExtras,
  type DrawnPicture,
} from '../preparation/prepared-pictures'
import { Pack } from '../preparation/pack'
import { findPictureCache, type PictureCache } from '../preparation/picture-cache'
import { sharedWorkerPool, type WorkerPool } from '../preparation/worker-pool'
import { runAhead } from '../../work/run-ahead'
import type { BatchOptions, Dataset, PictureSource, Split } from '../types'
import type { WorkOptions } from '../../work/progress-meter'

/** Bounds that only a test or a benchmark changes. */
export interface SourceLimits {
  /** Where prepared pictures are kept, {@link findPictureCache} when left out; null keeps none. */
  readonly cache?: PictureCache | null
  /** Threads; {@link sharedWorkerPool} when left out. */
  readonly workers?: WorkerPool
  /** Batches in preparation while the network works on one. */
  readonly batchesAhead?: number
}

const PLAIN: BatchExtras = { components: null, classWeights: null }
/** A batch for each worker, and one that is ready. */
const BATCHES_MORE_THAN_WORKERS = 1

/**
 * Prepares the pictures of a data set for training (section 3.1): see {@link PictureSource}.
 *
 * Each picture is decoded once, at the largest S, by worker threads that keep it in a pack on the
 * disk while there is room (`preparation/`); the rest is decoded again when its turn comes. Which of
 * the two happens never changes a pixel, nor does the number of workers.
 *
 * @throws LabError `bad-input` for options that can't be served
 */
export function createPictureSource(
  dataset: Dataset,
  split: Split,
  options: BatchOptions,
  limits: SourceLimits = {},
): PictureSource {
  checkSizes(options)
  return new PreparedPictureSource(dataset, split, options, limits)
}

/** Smallest sides at which pictures are kept: the largest S to train with, the middle to validate. */
export function findPackSides(scale: BatchOptions['scale']): {
  readonly train: number
  readonly validation: number
} {
  return { train: scale.max, validation: middleScale(scale) }
}

class PreparedPictureSource implements PictureSource {
  readonly #dataset: Dataset
  readonly #split: Split
  readonly #options: BatchOptions
  readonly #workers: WorkerPool
  readonly #batchesAhead: number
  readonly #pictures: PreparedPictures
  readonly #trainingPack: Pack
  /** The same as for training where S is fixed. */
  readonly #validationPack: Pack
  /** By class; null where all weigh the same. */
  readonly #classWeights: Float32Array | null
  #colours: DatasetColours | null = null
  #waitedMs = 0
  #isDisposed = false

  constructor(dataset: Dataset, split: Split, options: BatchOptions, limits: SourceLimits) {
    this.#dataset = dataset
    this.#split = split
    this.#options = options
    this.#workers = limits.workers ?? sharedWorkerPool()
    this.#batchesAhead = limits.batchesAhead ?? this.#workers.size + BATCHES_MORE_THAN_WORKERS
    this.#classWeights =
      options.balance === 'loss'
        ? weighClasses(split.train, this.#classOf, dataset.classNames.length)
        : null
    this.#pictures = new PreparedPictures(dataset, this.#workers, split.unreadable)
    const cache = limits.cache === undefined ? findPictureCache() : limits.cache
    const sides = findPackSides(options.scale)
    this.#trainingPack = new Pack(cache, dataset, sides.train)
    this.#validationPack =
      sides.validation === sides.train
        ? this.#trainingPack
        : new Pack(cache, dataset, sides.validation)
  }

  get unreadable(): readonly SkippedFile[] {
    return this.#pictures.unreadable
  }

  async prepare(options: WorkOptions): Promise<void> {
    const { train, validation } = this.#split
    if (this.#options.augment.includes('color')) await this.measureColours(options)
    await this.#pictures.fill(this.#trainingPack, train, options)
    await this.#pictures.fill(this.#validationPack, validation, options)
  }

  async measureColours(options: WorkOptions): Promise<DatasetColours> {
    this.#colours ??= await this.#pictures.measureColours(
      this.#trainingPack,
      this.#split.train,
      options,
    )
    return this.#colours
  }

  async *trainingBatches(
    epoch: number,
    batchSize: number,
    start = 0,
  ): AsyncGenerator<LabelledBatch, void, undefined> {
    const components = this.#options.augment.includes('color')
      ? (await this.measureColours({})).components
      : null
    const { train } = this.#split
    const { ids, occurrences } = orderEpoch(train, this.#classOf, this.#options, epoch)
    const turnAt = (at: number): DrawnPicture => {
      const id = itemAt(ids, at)
      return { id, draw: drawAugmentation(this.#options, epoch, id, occurrences?.[at]) }
    }
    const extras = { components, classWeights: this.#classWeights }
    yield* this.#batches(start, ids.length, batchSize, this.#trainingPack, turnAt, extras)
  }

  async *validationBatches(
    batchSize: number,
    start = 0,
  ): AsyncGenerator<LabelledBatch, void, undefined> {
    const pack = this.#validationPack
    const centre: AugmentationDraw = {
      scale: pack.smallestSide,
      place: null,
      flip: false,
      alphas: [0, 0, 0],
    }
    const { validation } = this.#split
    const turnAt = (at: number): DrawnPicture => ({ id: itemAt(validation, at), draw: centre })
    yield* this.#batches(start, validation.length, batchSize, pack, turnAt, PLAIN)
  }

  listChanged(): string[] {
    const { train, validation } = this.#split
    const findIn = (pack: Pack, ids: readonly number[]): string[] =>
      ids
        .map((id) => itemAt(this.#dataset.files, id, 'pictures'))
        .filter((file) => pack.isOutdated(file))
        .map(({ file }) => file)
    return [...findIn(this.#trainingPack, train), ...findIn(this.#validationPack, validation)]
  }

  get waitedMs(): number {
    return this.#waitedMs
  }

  dispose(): void {
    if (this.#isDisposed) return
    this.#isDisposed = true
    this.#pictures.dispose()
    for (const pack of new Set([this.#trainingPack, this.#validationPack])) {
      pack.close()
      if (pack.folder === null) continue
      // A worker that has ended has closed its files.
      this.#workers.runOnAll({ kind: 'release', pack: pack.folder }).catch(() => undefined)
    }
  }

  readonly #classOf = (id: number): number => itemAt(this.#dataset.files, id, 'pictures').classIndex

  /** Batches of the pictures that stand from `start` to before `end` in an order. */
  async *#batches(
    start: number,
    end: number,
    batchSize: number,
    pack: Pack,
    turnAt: (position: number) => DrawnPicture,
    extras: BatchExtras,
  ): AsyncGenerator<LabelledBatch, void, undefined> {
    const { inputSize } = this.#options
    const make = (index: number): Promise<LabelledBatch> => {
      const from = start + index * batchSize
      const length = Math.min(batchSize, end - from)
      const drawn = Array.from({ length }, (_, at) => turnAt(from + at))
      return this.#pictures.makeBatch(pack, inputSize, drawn, extras)
    }
    const onWaited = (ms: number): void => {
      this.#waitedMs += ms
    }
    let delivered = 0
    const pictures = Math.max(0, end - start)
    const count = Math.ceil(pictures / batchSize)
    for await (const batch of runAhead(count, this.#batchesAhead, make, onWaited)) {
      delivered += batch.count
      yield batch
    }
    if (pictures > 0 && delivered === 0) throw this.#pictures.nothingReadable(pictures)
  }
}
