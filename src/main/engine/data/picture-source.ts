import { createHash } from 'node:crypto'
import { LabError, type SkippedFile } from '../../../shared/contract'
import type { LabelledBatch } from '../network/types'
import {
  addSums,
  createColourSums,
  findColourShift,
  findMean,
  findPrincipalComponents,
  type ColourSums,
  type PrincipalComponents,
} from './colour-statistics'
import { drawAugmentation, type Draw } from './draw-augmentation'
import { Pack } from './preparation/pack'
import { findPictureCache, type PictureCache } from './preparation/picture-cache'
import type { PictureOutcome, PictureReference } from './preparation/tasks'
import { sharedWorkerPool, type WorkerPool } from './preparation/worker-pool'
import { createProgressMeter, throwIfCancelled } from './progress-meter'
import { keyedRandom, shuffle } from './random'
import { runBounded } from './run-bounded'
import { resolvePicturePath } from './scan-folder'
import type { BatchOptions, Dataset, PictureSource, Split, WorkOptions } from './types'

/** Bounds that only a test or a benchmark changes. */
export interface SourceLimits {
  /** Where prepared pictures are kept, {@link findPictureCache} when left out; null keeps none. */
  readonly cache?: PictureCache | null
  /** Threads; {@link sharedWorkerPool} when left out. */
  readonly workers?: WorkerPool
  /** Batches in preparation while the network works on one. */
  readonly batchesAhead?: number
}

/** A batch for each worker, and one that is ready. */
const BATCHES_MORE_THAN_WORKERS = 1
/** Pictures of a task that only prepares: little is lost when it is cancelled. */
const FILL_PICTURES = 16
const FILLS_PER_WORKER = 2

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
  const { inputSize, scale } = options
  // Four bytes travel as one int32 (see engine/network), so a picture must be a whole number of them.
  if (!Number.isInteger(inputSize) || inputSize < 2 || inputSize % 2 !== 0) {
    throw new LabError(
      'bad-input',
      `Input size must be an even number of pixels; got ${inputSize}.`,
    )
  }
  if (!(scale.min >= inputSize && scale.max >= scale.min)) {
    throw new LabError(
      'bad-input',
      `Scale must be from the input size ${inputSize} px up, smallest first; got ${scale.min}-${scale.max}.`,
    )
  }
  return new PreparedPictureSource(dataset, split, options, limits)
}

class PreparedPictureSource implements PictureSource {
  readonly unreadable: SkippedFile[] = []
  readonly #dataset: Dataset
  readonly #split: Split
  readonly #options: BatchOptions
  readonly #workers: WorkerPool
  readonly #batchesAhead: number
  readonly #trainingPack: Pack
  /** The same as for training where S is fixed. */
  readonly #validationPack: Pack
  readonly #failed = new Set<number>()
  #colours: ColourSums | null = null
  #waitMs = 0
  #isDisposed = false

  constructor(dataset: Dataset, split: Split, options: BatchOptions, limits: SourceLimits) {
    this.#dataset = dataset
    this.#split = split
    this.#options = options
    this.#workers = limits.workers ?? sharedWorkerPool()
    this.#batchesAhead = limits.batchesAhead ?? this.#workers.size + BATCHES_MORE_THAN_WORKERS
    const cache = limits.cache === undefined ? findPictureCache() : limits.cache
    const { scale } = options
    const middle = Math.round((scale.min + scale.max) / 2)
    this.#trainingPack = new Pack(cache, dataset, scale.max)
    this.#validationPack =
      middle === scale.max ? this.#trainingPack : new Pack(cache, dataset, middle)
  }

  async prepare(options: WorkOptions): Promise<void> {
    const { train, validation } = this.#split
    if (this.#options.augment.includes('color')) await this.#measureColours(options)
    await this.#fill(this.#trainingPack, train, options)
    await this.#fill(this.#validationPack, validation, options)
  }

  async measureMeanRgb(options: WorkOptions): Promise<readonly [number, number, number]> {
    return findMean(await this.#measureColours(options))
  }

  async *trainingBatches(
    epoch: number,
    batchSize: number,
    start = 0,
  ): AsyncGenerator<LabelledBatch, void, undefined> {
    const order = this.#orderOf(epoch).slice(start)
    const components = this.#options.augment.includes('color')
      ? findPrincipalComponents(await this.#measureColours({}))
      : null
    const drawFor = (id: number): Draw => drawAugmentation(this.#options, epoch, id)
    yield* this.#batches(order, batchSize, this.#trainingPack, drawFor, components)
  }

  async *validationBatches(batchSize: number): AsyncGenerator<LabelledBatch, void, undefined> {
    const pack = this.#validationPack
    const centre: Draw = { scale: pack.smallestSide, place: null, flip: false, alphas: [0, 0, 0] }
    yield* this.#batches(this.#split.validation, batchSize, pack, () => centre, null)
  }

  takeWaitMs(): number {
    const waited = this.#waitMs
    this.#waitMs = 0
    return waited
  }

  dispose(): void {
    if (this.#isDisposed) return
    this.#isDisposed = true
    for (const pack of new Set([this.#trainingPack, this.#validationPack])) {
      pack.close()
      if (pack.folder === null) continue
      // A worker that has ended has closed its files.
      this.#workers.runOnAll({ kind: 'release', pack: pack.folder }).catch(() => undefined)
    }
  }

  #orderOf(epoch: number): readonly number[] {
    const { order, seed } = this.#options
    if (order === 'sequential') return this.#split.train
    return shuffle(this.#split.train, keyedRandom('order', seed, epoch))
  }

  /** Sums over the training pictures, from which mean and principal components follow. */
  async #measureColours(options: WorkOptions): Promise<ColourSums> {
    if (this.#colours !== null) return this.#colours
    const { train } = this.#split
    const key = this.#nameOf(train)
    const known = this.#trainingPack.readColours(key)
    if (known !== null) return (this.#colours = known)
    const total = createColourSums()
    await this.#visit(this.#trainingPack, train, 'Preparing the pictures', options, total)
    if (total.pixels === 0) throw this.#nothingReadable(train.length)
    this.#colours = total
    if (this.unreadable.length === 0) this.#trainingPack.keepColours(key, total)
    return total
  }

  /** Prepares what a pack lacks, as long as it has room. */
  async #fill(pack: Pack, ids: readonly number[], options: WorkOptions): Promise<void> {
    const isMissing = (id: number): boolean => {
      const file = this.#dataset.files[id]
      return file !== undefined && !this.#failed.has(id) && pack.placeOf(file) === null
    }
    if (!pack.isStoring) return
    const missing = ids.filter(isMissing)
    if (missing.length === 0) return
    await this.#visit(pack, missing, 'Preparing the pictures', options, null)
  }

  /** Has the workers go through pictures; adds their colours to `total`, if there is one. */
  async #visit(
    pack: Pack,
    ids: readonly number[],
    label: string,
    options: WorkOptions,
    total: ColourSums | null,
  ): Promise<void> {
    throwIfCancelled(options.signal, label)
    const meter = createProgressMeter(label, ids.length, options)
    const lists: number[][] = []
    for (let at = 0; at < ids.length; at += FILL_PICTURES) {
      lists.push(ids.slice(at, at + FILL_PICTURES))
    }
    await runBounded(lists, this.#workers.size * FILLS_PER_WORKER, async (list) => {
      if (this.#isDisposed) throw new LabError('cancelled', `${label}: cancelled.`)
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
        if (total !== null) addSums(total, outcome.colours)
      }
      meter.advance(list.length)
    })
    meter.finish()
  }

  /** Runs ahead of the consumer; ends with the iterator. */
  async *#batches(
    ids: readonly number[],
    batchSize: number,
    pack: Pack,
    drawFor: (id: number) => Draw,
    components: PrincipalComponents | null,
  ): AsyncGenerator<LabelledBatch, void, undefined> {
    let next = 0
    let delivered = 0
    const ahead: Promise<LabelledBatch | null>[] = []
    const fillAhead = (): void => {
      while (next < ids.length && ahead.length < this.#batchesAhead) {
        const batch = this.#prepareBatch(
          ids.slice(next, next + batchSize),
          pack,
          drawFor,
          components,
        )
        // A failure is thrown to the consumer when the batch's turn comes.
        batch.catch(() => undefined)
        ahead.push(batch)
        next += batchSize
      }
    }
    let called = performance.now()
    for (;;) {
      fillAhead()
      const batch = await ahead.shift()
      if (batch === undefined) break
      // The next one is begun before this one is worked on.
      fillAhead()
      if (batch === null) continue
      delivered += batch.count
      this.#waitMs += performance.now() - called
      yield batch
      called = performance.now()
    }
    if (ids.length > 0 && delivered === 0) throw this.#nothingReadable(ids.length)
  }

  /** null when not one of its pictures can be read. */
  async #prepareBatch(
    ids: readonly number[],
    pack: Pack,
    drawFor: (id: number) => Draw,
    components: PrincipalComponents | null,
  ): Promise<LabelledBatch | null> {
    const wanted = ids.filter((id) => !this.#failed.has(id))
    if (wanted.length === 0) return null
    const draws = wanted.map(drawFor)
    const pictures = this.#refer(pack, wanted)
    const outcome = await this.#workers.run<'batch'>({
      kind: 'batch',
      pictures,
      smallestSide: pack.smallestSide,
      pack: pack.folder,
      isStoring: pack.isStoring,
      inputSize: this.#options.inputSize,
      draws,
    })
    this.#note(pack, wanted, pictures, outcome)
    const lost = new Set(outcome.unreadable.map(({ picture }) => picture))
    const isRead = (_: unknown, at: number): boolean => !lost.has(at)
    const read = wanted.filter(isRead)
    if (read.length === 0) return null
    const labels = Int32Array.from(read, (id) => this.#dataset.files[id]?.classIndex ?? 0)
    const batch = { count: read.length, pixels: outcome.pixels, labels }
    if (components === null) return batch
    const colourShift = new Float32Array(read.length * 3)
    for (const [at, { alphas }] of draws.filter(isRead).entries()) {
      colourShift.set(findColourShift(components, alphas), at * 3)
    }
    return { ...batch, colourShift }
  }

  #refer(pack: Pack, ids: readonly number[]): PictureReference[] {
    return ids.map((id) => {
      const file = this.#dataset.files[id]
      if (file === undefined) throw new Error(`The data set has no picture ${id}.`)
      const { file: name, bytes, modifiedMs } = file
      const path = resolvePicturePath(this.#dataset, name)
      return { path, name, bytes, modifiedMs, place: pack.placeOf(file) }
    })
  }

  #note(
    pack: Pack,
    ids: readonly number[],
    pictures: readonly PictureReference[],
    outcome: PictureOutcome,
  ): void {
    pack.note(pictures, outcome)
    for (const { picture, reason } of outcome.unreadable) {
      const id = ids[picture] ?? -1
      if (this.#failed.has(id)) continue
      this.#failed.add(id)
      this.unreadable.push({ file: pictures[picture]?.name ?? '', reason })
    }
  }

  /** A name for a list of pictures as they are now. */
  #nameOf(ids: readonly number[]): string {
    const hash = createHash('sha256')
    for (const id of ids) {
      const file = this.#dataset.files[id]
      if (file !== undefined) hash.update(`${file.file}\n${file.bytes} ${file.modifiedMs}\n`)
    }
    return hash.digest('hex').slice(0, 24)
  }

  #nothingReadable(pictures: number): LabError {
    const [first] = this.unreadable
    const example = first === undefined ? '' : ` (${first.reason})`
    return new LabError(
      'unreadable',
      `None of the ${pictures} pictures asked for in ${this.#dataset.folder} can be read${example}.`,
      'Check that the folder is still there and its files are whole.',
    )
  }
}
