import { z } from 'zod'
import type { Interval } from '../evaluation/bootstrap'
import type { ClassCurves, CurveAreas } from '../evaluation/curves'
import type { PairedScores } from '../evaluation/paired'
import type { PictureColumns } from '../evaluation/picture-columns'
import { PROTOCOL_KINDS, type Pass } from '../evaluation/protocol'
import { absolutePath, index, runModel, split } from './args'
import { QUESTION_PATIENCE_MS, defineEngineCalls, resultOf, type Infer } from './call-table'

const protocol = z.strictObject({
  kind: z.enum(PROTOCOL_KINDS),
  scales: z.array(z.int().min(1)).min(1),
  flip: z.boolean(),
})

/** Which pictures: a half of the first run's own split, or a folder or list with classes of its own. */
const data = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), half: split }),
  z.strictObject({
    kind: z.literal('folder'),
    path: absolutePath,
    half: z.enum([...split.options, 'all']),
  }),
])

/** Several models are fused: their soft-max outputs are averaged (section 4.4). */
const spec = z.strictObject({ models: z.array(runModel).min(1).max(16), data, protocol })

/** A saved evaluation: it lies in the folder of its first run. */
const reference = z.strictObject({ runFolder: absolutePath, id: z.string().min(1) })

/** What is evaluated, on which pictures, and how. */
export type EvaluationSpec = Infer<typeof spec>
export type EvaluationData = Infer<typeof data>
export type EvaluationRef = Infer<typeof reference>

/** One network of an evaluation. */
export interface EvaluatedModel {
  readonly runFolder: string
  readonly runName: string
  /** Name of the checkpoint that was used. */
  readonly checkpoint: string
  /** "VGG-16 (D)", or the name of its edit. */
  readonly network: string
  readonly configuration: string
  readonly width: number
  readonly inputSize: number
  /** Training scale S. */
  readonly trainingScale: { readonly min: number; readonly max: number }
}

/** A pass of one network, with what is known of it already. */
export interface PlannedPass extends Pass {
  /** Index into the models. */
  readonly model: number
  /** Pictures whose soft-max outputs are kept from before. */
  readonly done: number
  /** Pictures that remain to be shown. */
  readonly toDo: number
  /** Multiply-adds of a square picture at that scale, flip included. */
  readonly macs: number
}

/** What an evaluation would do. */
export interface EvaluationPlan {
  readonly models: readonly EvaluatedModel[]
  readonly passes: readonly PlannedPass[]
  readonly pictures: number
  /** Pictures whose class the networks do not know; they are shown, and counted in no number. */
  readonly unknownClass: number
  /** What was matched, assumed and left out, a line each. */
  readonly notes: readonly string[]
  /** "D, S=256, Q=384, dense + flip" */
  readonly protocolWords: string
  /** "480 validation pictures of run digits" */
  readonly dataWords: string
}

/** What a measured pass says of the whole. */
export interface EvaluationCost {
  /** In the order of the plan's passes; null for one of which nothing remains to be done. */
  readonly secondsPerPicture: readonly (number | null)[]
  readonly totalSeconds: number
  /** Most memory that a call takes, by estimate, in bytes. */
  readonly memoryBytes: number
}

/** A line of the list of evaluations. */
export interface EvaluationSummary {
  readonly ref: EvaluationRef
  readonly spec: EvaluationSpec
  readonly models: readonly EvaluatedModel[]
  /** ISO 8601, UTC. */
  readonly created: string
  readonly protocolWords: string
  readonly dataWords: string
  /** Absolute path that the pictures' names are relative to. */
  readonly folder: string
  /** Pictures that were shown, and those of them that count. */
  readonly pictures: number
  readonly counted: number
  readonly classes: number
  readonly top1: Interval | null
  /** null with five classes or fewer. */
  readonly top5: Interval | null
  readonly loss: Interval | null
  /** Names the pictures with their labels: two evaluations with the same can be compared pair by pair. */
  readonly picturesKey: string
}

/**
 * The pictures of an evaluation, a column a fact, all `[N]`. Classes are indices into `classNames`; labels
 * are those that the data set gives, after corrections.
 */
export interface EvaluatedPictures extends PictureColumns {
  readonly files: readonly string[]
  /** The class that confident learning would give it instead; -1 where it agrees. */
  readonly suggested: Int32Array
}

/** A saved evaluation, to be looked at. */
export interface Evaluation {
  readonly summary: EvaluationSummary
  readonly classNames: readonly string[]
  readonly pictures: EvaluatedPictures
  /** Names of the classes of the data set that the network does not know, with their pictures. */
  readonly unknownClasses: readonly { readonly name: string; readonly pictures: number }[]
  /** Pictures that could not be shown, with the reason. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[]
  readonly notes: readonly string[]
  /** Classes so that those which are often confused are neighbours, `[K]`. */
  readonly similarityOrder: Int32Array
}

/** Two evaluations of the same pictures, pair by pair. */
export interface PairedComparison extends PairedScores {
  /** Pictures of both, by name, with what each says, as indices into a's class names. */
  readonly files: readonly string[]
  readonly label: Int32Array
  readonly predictedA: Int32Array
  readonly predictedB: Int32Array
}

/** The class score map of one picture (section 3.2), before the soft-max. */
export interface ScoreMap {
  readonly height: number
  readonly width: number
  readonly classes: number
  /** `[height, width, classes]`: soft-max over the classes at each place. */
  readonly probabilities: Float32Array
  /** `[height, width, classes]` */
  readonly scores: Float32Array
  /** Size of the picture at that scale, in pixels. */
  readonly pictureWidth: number
  readonly pictureHeight: number
  /** Place of each unit's field on it: centre of the first, and step, in pixels. */
  readonly offset: number
  readonly stride: number
  readonly receptiveField: number
}

/** Two pictures that are nearly the same, of different classes. */
export interface NearDuplicate {
  /** Indices into the evaluation's pictures. */
  readonly first: number
  readonly second: number
}

const question = { isLatestOnly: true, patienceMs: QUESTION_PATIENCE_MS } as const
const each = { isLatestOnly: false, patienceMs: QUESTION_PATIENCE_MS } as const
/** Long: gives way to training between any two session calls. */
const long = { isLatestOnly: false, patienceMs: 0 } as const

/** The paper's test protocols on pictures, and what comes of them (sections 3.2 and 4). */
export const EVALUATE_CALLS = defineEngineCalls('an evaluation', {
  'evaluate.plan': {
    args: z.strictObject({ spec }),
    result: resultOf<EvaluationPlan>(),
    ...question,
  },
  /** Measures a few pictures of each pass; sends progress, can be cancelled. */
  'evaluate.measure': {
    args: z.strictObject({ spec }),
    result: resultOf<EvaluationCost>(),
    ...long,
  },
  /** Sends progress, can be cancelled; what is done by then is kept and not computed again. */
  'evaluate.run': {
    args: z.strictObject({ spec }),
    result: resultOf<EvaluationSummary>(),
    ...long,
  },
  'evaluate.list': {
    args: z.strictObject({ runFolders: z.array(absolutePath) }),
    result: resultOf<readonly EvaluationSummary[]>(),
    ...each,
  },
  'evaluate.open': {
    args: z.strictObject({ ref: reference }),
    result: resultOf<Evaluation>(),
    ...question,
  },
  /** Removes the evaluation, not what its passes computed. */
  'evaluate.remove': {
    args: z.strictObject({ ref: reference }),
    result: resultOf<null>(),
    ...each,
  },
  'evaluate.curves': {
    args: z.strictObject({ ref: reference, classIndex: index }),
    result: resultOf<ClassCurves>(),
    ...question,
  },
  'evaluate.areas': {
    args: z.strictObject({ ref: reference }),
    result: resultOf<CurveAreas>(),
    ...question,
  },
  'evaluate.compare': {
    args: z.strictObject({ a: reference, b: reference }),
    result: resultOf<PairedComparison>(),
    ...question,
  },
  /** All probabilities of one picture, `[K]`. */
  'evaluate.picture': {
    args: z.strictObject({ ref: reference, picture: index }),
    result: resultOf<Float32Array>(),
    ...question,
  },
  'evaluate.scoreMap': {
    args: z.strictObject({ model: runModel, image: absolutePath, scale: z.int().min(1) }),
    result: resultOf<ScoreMap>(),
    ...question,
  },
  /** Compares all pictures of the evaluation; sends progress, can be cancelled. */
  'evaluate.nearDuplicates': {
    args: z.strictObject({ ref: reference }),
    result: resultOf<readonly NearDuplicate[]>(),
    ...long,
  },
  /** The report as one HTML document; sends progress, can be cancelled. */
  'evaluate.report': {
    args: z.strictObject({ ref: reference }),
    result: resultOf<string>(),
    ...long,
  },
  /**
   * Writes the evaluation with its networks, the names and checksums of its pictures and its results into
   * one file, which is there only when it is whole; sends progress, can be cancelled.
   */
  'evaluate.bundle': {
    args: z.strictObject({ ref: reference, file: absolutePath }),
    result: resultOf<null>(),
    ...long,
  },
})
