import { z } from 'zod'
import { AUGMENTATIONS, PARAMETERS, SAMPLE_PARAMETERS } from '../spec'
import { numberOf } from '../spec/schema-parts'
import { absolutePath, split } from './args'
import type { AugmentationPreview, DatasetColours } from './augmentation'
import { LIST_PATIENCE_MS, defineEngineCalls, resultOf, type Infer } from './call-table'
import type { EncodedPicture } from './inspect'

/** The part of a data set that a picture belongs to. */
type Split = Infer<typeof split>

/** A file of the data folder that is not used, with the reason in words. */
export interface SkippedFile {
  readonly file: string
  readonly reason: string
}

/** A class with its pictures. */
export interface ClassSummary {
  readonly name: string
  readonly train: number
  readonly validation: number
  /** Kept for a test by the data set itself: neither trained nor validated with. */
  readonly test: number
}

/** Which halves a data set names itself; where it names no validation half, the lab draws one. */
export type DatasetLayout = 'classes' | 'train-val' | 'train-test' | 'train-val-test'

/** A data folder after its scan. Files are named relative to it, with forward slashes. */
export interface DatasetSummary {
  /** What was opened: the folder, or a list of pictures. Of a run's own pictures, the run's folder. */
  readonly source: string
  /** The folder that the files are named relative to. */
  readonly folder: string
  readonly layout: DatasetLayout
  readonly classes: readonly ClassSummary[]
  readonly images: number
  readonly skipped: readonly SkippedFile[]
  readonly warnings: readonly string[]
}

/** A picture of a data set. */
export interface DatasetPicture {
  readonly file: string
  readonly classIndex: number
  readonly split: Split
}

/** Pictures that are the same, or nearly. */
export interface PictureGroup {
  readonly pictures: readonly DatasetPicture[]
  /** They are in more than one of training, validation and test: the accuracy there is flattered. */
  readonly isLeak: boolean
  /** They have more than one class. */
  readonly isContradiction: boolean
}

/** A picture that is smaller than any input of a VGG network; sizes in pixels. */
export interface TinyPicture {
  readonly picture: DatasetPicture
  readonly width: number
  readonly height: number
}

/** What a check of all pictures found; the lists are cut to their worst part, the counts are not. */
export interface DatasetFindings {
  readonly checked: number
  /** Byte for byte the same. */
  readonly exact: readonly PictureGroup[]
  /** The same in another size, format or quality. */
  readonly near: readonly PictureGroup[]
  readonly tiny: readonly TinyPicture[]
  readonly unreadable: readonly SkippedFile[]
  readonly counts: Readonly<Record<'exact' | 'near' | 'tiny' | 'unreadable' | 'leaks', number>>
}

const MAX_THUMBNAILS = 512
const MAX_PAGE = 10_000
const MAX_TEXT = 200
const MAX_SAMPLES = 64

const folder = absolutePath
const drawn = {
  validationShare: numberOf(PARAMETERS.validationShare),
  seed: numberOf(PARAMETERS.seed),
}
const sidePx = z.int().min(1).max(PARAMETERS.scale.max)
const augmentation = z.strictObject({
  inputSize: numberOf(PARAMETERS.inputSize),
  scale: z.strictObject({ min: sidePx, max: sidePx }),
  augment: z.array(z.enum(AUGMENTATIONS)),
  seed: numberOf(PARAMETERS.seed),
})
const triple = z.tuple([z.number(), z.number(), z.number()])
const long = { isLatestOnly: false, patienceMs: 0 } as const

/** The calls about the current data set, which `folder` names: the source of its summary. */
export const DATASET_CALLS = defineEngineCalls('pictures of the data set', {
  /** Scans a folder and keeps it as the current data set; long: sends progress. */
  'dataset.open': {
    args: z.strictObject({ folder, ...drawn }),
    result: resultOf<DatasetSummary>(),
    ...long,
  },
  /**
   * Opens the pictures that a run has in its halves, in its own classes, beside the current data set; sends
   * progress. They are asked about as the current data set is, those of the last
   * `MAX_RUN_DATASETS` runs.
   */
  'dataset.openRun': {
    args: z.strictObject({ runFolder: absolutePath }),
    result: resultOf<DatasetSummary>(),
    isLatestOnly: false,
    patienceMs: LIST_PATIENCE_MS,
  },
  /** The picture of the data set that a file is; null for any other file. */
  'dataset.locate': {
    args: z.strictObject({ folder, image: absolutePath }),
    result: resultOf<DatasetPicture | null>(),
    isLatestOnly: false,
    patienceMs: LIST_PATIENCE_MS,
  },
  /**
   * Draws the current data set's split again, or takes its validation pictures from another folder, which
   * is scanned (long: sends progress). What a check found comes again, told by the new halves; null where
   * nothing was checked, or other pictures came in.
   */
  'dataset.split': {
    args: z.strictObject({ folder, ...drawn, validationFolder: absolutePath.nullable() }),
    result: resultOf<{
      readonly dataset: DatasetSummary
      readonly findings: DatasetFindings | null
    }>(),
    ...long,
  },
  /** Writes the generated sample pictures into a folder; long: sends progress. */
  'dataset.sample': {
    args: z.strictObject({
      folder,
      classes: numberOf(SAMPLE_PARAMETERS.classes),
      images: numberOf(SAMPLE_PARAMETERS.images),
      size: numberOf(SAMPLE_PARAMETERS.size),
      seed: numberOf(SAMPLE_PARAMETERS.seed),
    }),
    result: resultOf<{ readonly folder: string }>(),
    ...long,
  },
  /** A page of the pictures, by class (null: all), half, and text that the file's name holds. */
  'dataset.pictures': {
    args: z.strictObject({
      folder,
      classIndex: z.int().min(0).nullable(),
      split: split.exactOptional(),
      text: z.string().max(MAX_TEXT).exactOptional(),
      offset: z.int().min(0),
      limit: z.int().min(1).max(MAX_PAGE),
    }),
    result: resultOf<{ readonly total: number; readonly pictures: DatasetPicture[] }>(),
    isLatestOnly: false,
    patienceMs: LIST_PATIENCE_MS,
  },
  /** Decodes all pictures once for what {@link DatasetFindings} tells; long: sends progress. */
  'dataset.check': {
    args: z.strictObject({ folder }),
    result: resultOf<DatasetFindings>(),
    ...long,
  },
  /**
   * Mean and principal components of the training pictures at the largest S. Long where they were
   * not measured before: sends progress, can be cancelled, goes on where it was then; not while a
   * run trains. With `measure` false null instead.
   */
  'dataset.colours': {
    args: z.strictObject({ folder, settings: augmentation, measure: z.boolean() }),
    result: resultOf<DatasetColours | null>(),
    ...long,
  },
  /** What training makes of a picture; `components` are those of `dataset.colours`. */
  'dataset.augment': {
    args: z.strictObject({
      folder,
      file: z.string().min(1),
      settings: augmentation,
      components: z
        .strictObject({ vectors: z.array(triple).length(3), variances: triple })
        .nullable(),
      firstEpoch: z.int().min(1),
      /** Samples, one for each epoch. */
      count: z.int().min(1).max(MAX_SAMPLES),
    }),
    result: resultOf<AugmentationPreview>(),
    isLatestOnly: true,
    patienceMs: LIST_PATIENCE_MS,
  },
  /** Small versions of pictures, in order; null where a picture cannot be read. */
  'dataset.thumbnails': {
    args: z.strictObject({
      folder,
      files: z.array(z.string().min(1)).max(MAX_THUMBNAILS),
      sizePx: z.int().min(8).max(1024),
    }),
    result: resultOf<(EncodedPicture | null)[]>(),
    isLatestOnly: false,
    patienceMs: LIST_PATIENCE_MS,
  },
})
