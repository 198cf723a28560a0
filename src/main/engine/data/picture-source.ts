import { totalmem } from 'node:os'
import { LabError, type SkippedFile } from '../../../shared/contract'
import type { LabelledBatch } from '../network/types'
import {
  addColours,
  createColourSums,
  findColourShift,
  findMean,
  findPrincipalComponents,
  type ColourSums,
} from './colour-statistics'
import { copyWindow } from './crop-picture'
import { scaleToSmallestSide } from './decode-picture'
import { drawAugmentation, type Draw } from './draw-augmentation'
import { PictureStore, type Keep } from './picture-store'
import { createProgressMeter, throwIfCancelled } from './progress-meter'
import { keyedRandom, shuffle } from './random'
import { resampleWindow } from './resample-window'
import { runBounded } from './run-bounded'
import type { BatchOptions, Dataset, PictureSource, RgbPicture, Split, WorkOptions } from './types'

/** Bounds that only a test or an unusual machine changes. */
export interface SourceLimits {
  /** Decoded pictures kept in memory; {@link defaultCacheBytes} when left out. */
  readonly cacheBytes?: number
  /** Batches in preparation while the network works on one. */
  readonly batchesAhead?: number
}

const BATCHES_AHEAD = 3
/** Pictures asked for at once while the mean is measured. */
const MEASURED_AT_ONCE = 64

/** A quarter of the memory, 2 GiB at most: the network and the rest of the machine need theirs. */
export function defaultCacheBytes(): number {
  return Math.min(totalmem() / 4, 2 * 1024 ** 3)
}

/**
 * Prepares the pictures of a data set for training (section 3.1): see {@link PictureSource}.
 *
 * Each picture is decoded once, at the largest S, and kept as bytes while the cache has room; the
 * rest is decoded again when its turn comes. Which of the two happens never changes a pixel.
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
  return new CachedPictureSource(dataset, split, options, limits)
}

class CachedPictureSource implements PictureSource {
  readonly #dataset: Dataset
  readonly #split: Split
  readonly #options: BatchOptions
  readonly #store: PictureStore
  readonly #batchesAhead: number
  readonly #forTraining: Keep
  readonly #forValidation: Keep
  #colours: ColourSums | null = null
  #waitMs = 0

  constructor(dataset: Dataset, split: Split, options: BatchOptions, limits: SourceLimits) {
    this.#dataset = dataset
    this.#split = split
    this.#options = options
    this.#store = new PictureStore(dataset, limits.cacheBytes ?? defaultCacheBytes())
    this.#batchesAhead = limits.batchesAhead ?? BATCHES_AHEAD
    const { inputSize, scale, augment } = options
    const isCentreOnly = scale.min === scale.max && !augment.includes('crop')
    this.#forTraining = { smallestSide: scale.max, centre: isCentreOnly ? inputSize : null }
    const middle = Math.round((scale.min + scale.max) / 2)
    this.#forValidation = { smallestSide: middle, centre: inputSize }
  }

  get unreadable(): readonly SkippedFile[] {
    return this.#store.unreadable
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
    let components: ReturnType<typeof findPrincipalComponents> | null = null
    if (this.#options.augment.includes('color')) {
      components = findPrincipalComponents(await this.#measureColours({}))
    }
    yield* this.#batches(order, batchSize, this.#forTraining, (pictures, ids) => {
      const draws = ids.map((id) => drawAugmentation(this.#options, epoch, id))
      const batch = this.#assemble(pictures, ids, draws)
      if (components === null) return batch
      const colourShift = new Float32Array(ids.length * 3)
      for (const [at, { alphas }] of draws.entries()) {
        colourShift.set(findColourShift(components, alphas), at * 3)
      }
      return { ...batch, colourShift }
    })
  }

  async *validationBatches(batchSize: number): AsyncGenerator<LabelledBatch, void, undefined> {
    const { validation } = this.#split
    yield* this.#batches(validation, batchSize, this.#forValidation, (pictures, ids) =>
      this.#assemble(pictures, ids, null),
    )
  }

  takeWaitMs(): number {
    const waited = this.#waitMs
    this.#waitMs = 0
    return waited
  }

  dispose(): void {
    this.#store.dispose()
  }

  #orderOf(epoch: number): readonly number[] {
    const { order, seed } = this.#options
    if (order === 'sequential') return this.#split.train
    return shuffle(this.#split.train, keyedRandom('order', seed, epoch))
  }

  /** Mean and covariance over the training pictures; warms the cache on the way. */
  async #measureColours(options: WorkOptions): Promise<ColourSums> {
    if (this.#colours !== null) return this.#colours
    const { train } = this.#split
    const label = 'Measuring the mean colour'
    throwIfCancelled(options.signal, label)
    const meter = createProgressMeter(label, train.length, options)
    const total = createColourSums()
    const isWanted = (): boolean => options.signal?.aborted !== true
    await runBounded(train, MEASURED_AT_ONCE, async (id) => {
      const picture = await this.#store.get(id, this.#forTraining, isWanted)
      if (picture !== null) addColours(total, picture.pixels)
      meter.advance()
    })
    if (this.#store.isDisposed) throw new LabError('cancelled', `${label}: cancelled.`)
    meter.finish()
    if (total.pixels === 0) throw this.#nothingReadable(train.length)
    this.#colours = total
    return total
  }

  /** Runs ahead of the consumer; ends with the iterator. */
  async *#batches(
    ids: readonly number[],
    batchSize: number,
    keep: Keep,
    assemble: (pictures: readonly RgbPicture[], ids: readonly number[]) => LabelledBatch,
  ): AsyncGenerator<LabelledBatch, void, undefined> {
    let isOpen = true
    let next = 0
    let delivered = 0
    const ahead: Promise<LabelledBatch | null>[] = []
    const prepare = async (wanted: readonly number[]): Promise<LabelledBatch | null> => {
      const found = await this.#store.getAll(wanted, keep, () => isOpen)
      const read = wanted.filter((_, at) => found[at] !== null)
      const pictures = found.filter((picture) => picture !== null)
      return isOpen && read.length > 0 ? assemble(pictures, read) : null
    }
    const fillAhead = (): void => {
      while (next < ids.length && ahead.length < this.#batchesAhead) {
        const batch = prepare(ids.slice(next, next + batchSize))
        // A failure is thrown to the consumer when the batch's turn comes.
        batch.catch(() => undefined)
        ahead.push(batch)
        next += batchSize
      }
    }
    try {
      let called = performance.now()
      for (;;) {
        fillAhead()
        const batch = await ahead.shift()
        if (batch === undefined) break
        // The next one's decoding starts before this one is worked on.
        fillAhead()
        if (batch === null) continue
        delivered += batch.count
        this.#waitMs += performance.now() - called
        yield batch
        called = performance.now()
      }
      if (ids.length > 0 && delivered === 0) throw this.#nothingReadable(ids.length)
    } finally {
      isOpen = false
    }
  }

  #assemble(
    pictures: readonly RgbPicture[],
    ids: readonly number[],
    draws: readonly Draw[] | null,
  ): LabelledBatch {
    const { inputSize } = this.#options
    const pictureBytes = inputSize * inputSize * 3
    const pixels = new Uint8Array(pictures.length * pictureBytes)
    for (const [at, picture] of pictures.entries()) {
      const draw = draws?.[at] ?? null
      if (draw === null) pixels.set(picture.pixels, at * pictureBytes)
      else this.#cut(pixels, at * pictureBytes, picture, draw)
    }
    const labels = Int32Array.from(ids, (id) => this.#dataset.files[id]?.classIndex ?? 0)
    return { count: pictures.length, pixels, labels }
  }

  #cut(target: Uint8Array, offset: number, picture: RgbPicture, draw: Draw): void {
    const { inputSize: side, scale } = this.#options
    const isStored = draw.scale === scale.max
    const sized = isStored
      ? picture
      : scaleToSmallestSide(picture.width, picture.height, draw.scale)
    const room = { x: sized.width - side, y: sized.height - side }
    const window = {
      left: draw.place ? Math.floor(draw.place.x * (room.x + 1)) : room.x >> 1,
      top: draw.place ? Math.floor(draw.place.y * (room.y + 1)) : room.y >> 1,
      side,
      flip: draw.flip,
    }
    if (isStored) copyWindow(target, offset, picture, window)
    else resampleWindow(target, offset, picture, sized, window)
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
