import { z } from 'zod'
import { absolutePath, layer, runModel, split } from './args'
import { defineEngineCalls, resultOf, type Infer } from './call-table'

const half = z.enum([...split.options, 'all'])
const data = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), half }),
  z.strictObject({ kind: z.literal('folder'), path: absolutePath, half }),
])

const spec = z.strictObject({
  /** Features of several are put side by side, each normalised by itself. */
  models: z.array(runModel).min(1).max(4),
  /** The first run's own pictures, or a folder or list with classes of its own. */
  data,
  /** Any layer up to the class scores. */
  layer,
  /** Smallest sides Q in pixels, each once. */
  scales: z.array(z.int().min(1)).min(1),
  /** Whether the mirrored picture is averaged in. */
  flip: z.boolean(),
  combine: z.enum(['average', 'stack']),
  normalise: z.boolean(),
})

/** Which pictures features are made of. */
export type FeatureData = Infer<typeof data>

/** Descriptors of pictures for other data sets (appendix B), and how they are made. */
export type DenseFeatureSpec = Infer<typeof spec>

const given = z.strictObject({
  /** Trained on the data's training pictures, tested on its validation (or test) pictures. */
  kind: z.literal('given'),
})
const drawn = z.strictObject({
  kind: z.literal('drawn'),
  /** Training pictures of each class; a class with no more keeps one for the test. */
  trainPerClass: z.int().min(1).max(100_000),
  /** Test pictures of each class at most; null for all others. */
  testPerClass: z.int().min(1).max(100_000).nullable(),
  /** How often. */
  count: z.int().min(1).max(20),
  seed: z.int().min(0).max(0xffff_ffff),
})
const classifier = z.strictObject({
  split: z.discriminatedUnion('kind', [given, drawn]),
  /** Of the linear SVM; null for the best in cross-validation on the training pictures. */
  cost: z.number().positive().max(1e6).nullable(),
})

/** How a linear classifier on features is trained and tested. */
export type FeatureClassifierSpec = Infer<typeof classifier>

/** Features that were extracted. */
export interface DenseFeatures {
  /** Pictures, N. */
  readonly pictures: number
  /** Numbers of each, D. */
  readonly dims: number
  /** Numbers that each network's layer gives. */
  readonly channels: readonly number[]
  /** Names of the data's classes, with their pictures. */
  readonly classes: readonly { readonly name: string; readonly pictures: number }[]
  /** Pictures of each half, as the data gives them. */
  readonly halves: {
    readonly train: number
    readonly validation: number
    readonly test: number
    /** In none. */
    readonly none: number
  }
  /** "D, fc7, dense, Q=256, 384 averaged, + flip, L2-normalised" */
  readonly protocolWords: string
  /** "240 pictures of animals" */
  readonly dataWords: string
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[]
  /** What was assumed and left out, a line each. */
  readonly notes: readonly string[]
}

/** What a classifier reached on one split. */
export interface FeatureSplitResult {
  /** Pictures that it was trained and tested on. */
  readonly trained: number
  readonly tested: number
  readonly cost: number
  /** Mean recall over the classes that have test pictures, 0..1. */
  readonly meanRecall: number
  /** Of each class; null for one without test pictures. */
  readonly recalls: readonly (number | null)[]
  readonly top1: number
  /** Mean over the classes of their average precision; null where no class has one. */
  readonly meanPrecision: number | null
  /** Whether the optimisation ended by its tolerance. */
  readonly isConverged: boolean
}

/** A mean over splits and their standard deviation, null for one split. */
export interface Spread {
  readonly mean: number
  readonly deviation: number | null
}

/** What a linear classifier on features reached. */
export interface FeatureClassification {
  readonly classNames: readonly string[]
  readonly splits: readonly FeatureSplitResult[]
  readonly meanRecall: Spread
  readonly top1: Spread
  readonly meanPrecision: Spread | null
  /** Recall of each class over the splits; null for one that is tested in none. */
  readonly recalls: readonly (Spread | null)[]
  /** Test pictures of each class, over all splits. */
  readonly tested: readonly number[]
  /** How it was split, in words. */
  readonly splitWords: string
  readonly features: DenseFeatures
}

/** Long: sends progress, can be cancelled, gives way to training; what was extracted is kept. */
const long = { isLatestOnly: false, patienceMs: 0 } as const

/** Appendix B: descriptors of pictures by a network's layer, and linear classifiers on them. */
export const DENSE_FEATURE_CALLS = defineEngineCalls('features for other data', {
  'denseFeatures.extract': {
    args: z.strictObject({ spec }),
    result: resultOf<DenseFeatures>(),
    ...long,
  },
  /** Writes the `[N, D]` npy file, and the names of its rows beside it as csv. */
  'denseFeatures.write': {
    args: z.strictObject({ spec, path: absolutePath }),
    result: resultOf<{ readonly npy: string; readonly csv: string }>(),
    ...long,
  },
  'denseFeatures.classify': {
    args: z.strictObject({ spec, classifier }),
    result: resultOf<FeatureClassification>(),
    ...long,
  },
})
