import type { DatasetColours, DatasetLayout, SkippedFile } from '../../../shared/contract'
import type { Augmentation, Balance, Order, Preprocessing } from '../../../shared/spec'
import type { WorkOptions } from '../work/progress-meter'
import type { LabelledBatch } from '../tensors/batches'

/** A picture file that a scan accepted. */
export interface DatasetFile {
  /**
   * Relative to the folder, with forward slashes; begins with `../` (or is absolute, on another
   * drive) where a validation folder was joined. `resolvePicturePath` makes the path of it.
   */
  readonly file: string
  readonly classIndex: number
  /**
   * From the folder itself (`train/`, `val/`, `test/`), or null where the lab draws the split. Pictures
   * of a test half are neither trained nor validated with.
   */
  readonly givenSplit: 'train' | 'validation' | 'test' | null
  readonly bytes: number
  /** Time of its last change, milliseconds since 1970. */
  readonly modifiedMs: number
}

/** A data folder after its scan. */
export interface Dataset {
  /** Absolute path of what was opened: the folder, or a list of pictures. */
  readonly source: string
  /** Absolute path of the folder that the files are named relative to. */
  readonly folder: string
  readonly layout: DatasetLayout
  /** Sorted by name, in Unicode's composed form (NFC); the index is the class index. */
  readonly classNames: readonly string[]
  /** Those of a test half last, so that it changes no index of the others. */
  readonly files: readonly DatasetFile[]
  readonly skipped: readonly SkippedFile[]
  readonly warnings: readonly string[]
}

/** Indices into `Dataset.files`. */
export interface Split {
  readonly train: readonly number[]
  readonly validation: readonly number[]
  /** Those of either half that are known not to be decodable: they are not asked for. */
  readonly unreadable?: readonly number[]
}

/** A {@link Split} with the pictures that the data set keeps for a test. */
export interface WholeSplit extends Split {
  readonly test: readonly number[]
}

/** A decoded picture, orientation applied. */
export interface RgbPicture {
  readonly width: number
  readonly height: number
  /** `[height, width, 3]` RGB bytes. */
  readonly pixels: Uint8Array
}

/**
 * What training batches are drawn with; everything random is keyed by seed, epoch and picture, and by
 * how many times an epoch has shown it before.
 */
export interface BatchOptions {
  readonly inputSize: number
  readonly scale: { readonly min: number; readonly max: number }
  readonly augment: readonly Augmentation[]
  readonly order: Order
  /** `none` where it is left out. */
  readonly balance?: Balance
  readonly seed: number
}

/**
 * The pictures of a data set, prepared for training: decoded once, kept in a bounded cache on
 * the disk, delivered ahead of the step that needs them.
 *
 * Implemented in `data/picture-source.ts`, made by
 * `createPictureSource(dataset: Dataset, split: Split, options: BatchOptions): PictureSource`.
 */
export interface PictureSource {
  /**
   * Decodes what the cache lacks and has room for, so that the first epoch waits for nothing; with
   * the colour shift, also measures the training pictures' colours. Can be cancelled, and goes on
   * where it was then.
   */
  prepare(options: WorkOptions): Promise<void>
  /** Mean RGB and principal components over the training pictures at the largest S; long on first use. */
  measureColours(options: WorkOptions): Promise<DatasetColours>
  /**
   * Batches of an epoch from a given position, in the epoch's order, prepared ahead. The last batch
   * may be smaller, and one with undecodable pictures smaller or empty: they keep their position, so
   * that a resume finds the same batches. Returning from the iterator ends the preparation.
   * @param epoch - from 1; keys order and augmentation
   * @param start - number of positions of the epoch to leave out (for a resume)
   * @throws LabError `unreadable` when not one picture could be decoded; `LostPictures` where one is
   *   neither in the cache nor in its folder: asked again from that batch's position, it is tried again
   */
  trainingBatches(epoch: number, batchSize: number, start?: number): AsyncIterable<LabelledBatch>
  /**
   * Validation batches: smallest side S (the middle of the scale), one centre crop, no flip.
   * @param start - as for training; the same errors
   */
  validationBatches(batchSize: number, start?: number): AsyncIterable<LabelledBatch>
  /** Milliseconds that consumers have waited for batches so far. */
  readonly waitedMs: number
  /** Files that could not be decoded when their turn came, with the reason. */
  readonly unreadable: readonly SkippedFile[]
  /** Names of files that are no longer what the cache holds of them: they are prepared again. */
  listChanged(): string[]
  dispose(): void
}

/**
 * The other functions of `engine/data` that training, inspection and the command line use:
 *
 * - `scanFolder(folder, options?: WorkOptions): Promise<Dataset>` in `scan-folder.ts`, with
 *   `resolvePicturePath(dataset.folder, file)`; throws
 *   LabError for a folder that is missing, unreadable, a file, without classes, with one class or
 *   without images.
 * - `drawSplit(dataset, { share, seed }): WholeSplit` in `split.ts`, stratified and seeded;
 *   a validation folder of its own is joined by `joinValidationFolder(dataset, validation): Dataset`.
 * - `decodePicture(path, options?): Promise<RgbPicture>` in `decode-picture.ts`: JPEG, PNG, BMP, GIF
 *   (first frame), WebP; EXIF orientation applied; `smallestSide` asks for a smaller decoding.
 * - `fitPicture(path, options: FitOptions): Promise<{ picture: RgbPicture; source: {width, height} }>` in
 *   `fit-picture.ts`: smallest side then centre crop to `[inputSize, inputSize, 3]`.
 * - `encodeThumbnail(path, sizePx): Promise<EncodedPicture>` and `encodeThumbnails` in `thumbnail.ts`.
 * - `writeSampleDataset({ folder, classes, images, size, seed }, options?: WorkOptions)` in
 *   `sample-dataset.ts`.
 */
export type FitOptions = Pick<Preprocessing, 'inputSize'> & {
  /** Smallest side Q before the crop, in pixels. */
  readonly smallestSide: number
}
