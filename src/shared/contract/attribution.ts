import { z } from 'zod'
import { absolutePath, layer, model } from './args'
import { defineEngineCalls, resultOf, type Infer } from './call-table'
import { MAX_ATTRIBUTION_STEPS } from './question-limits'

/** The largest patch that one question may ask for. */
const MAX_PATCH_PX = 512

const steps = z.int().min(1).max(MAX_ATTRIBUTION_STEPS)

const method = z.discriminatedUnion('kind', [
  /** Selvaraju et al. 2017: a layer's maps, weighted by the mean of their gradients, then ReLU. */
  z.strictObject({ kind: z.literal('grad-cam'), layer }),
  /** Simonyan et al. 2014: the gradient's largest absolute value over RGB. */
  z.strictObject({ kind: z.literal('saliency') }),
  /** Gradient times input, summed over RGB. */
  z.strictObject({ kind: z.literal('gradient-input') }),
  /** Springenberg et al. 2015: as saliency, negative gradients dropped at every ReLU. */
  z.strictObject({ kind: z.literal('guided') }),
  /** Sundararajan et al. 2017: mean gradient on the way from a baseline, by the midpoint rule. */
  z.strictObject({ kind: z.literal('integrated'), baseline: z.enum(['mean', 'black']), steps }),
  /** Zeiler and Fergus 2014: how far the score falls when a patch is covered. */
  z.strictObject({
    kind: z.literal('occlusion'),
    patchPx: z.int().min(1).max(MAX_PATCH_PX),
    stridePx: z.int().min(1).max(MAX_PATCH_PX),
    fill: z.enum(['mean', 'grey']),
  }),
])

/**
 * A way to say which parts of a picture a class's score comes from. Gradients are those of the score
 * before the soft-max; attributions for pixels are of the preprocessed picture.
 */
export type AttributionMethod = Infer<typeof method>

/** What attributions start from, or cover with: the mean colour is zero after the preprocessing. */
export type AttributionFill =
  | Extract<AttributionMethod, { kind: 'integrated' }>['baseline']
  | Extract<AttributionMethod, { kind: 'occlusion' }>['fill']

const classQuestion = z.strictObject({ model, image: absolutePath, classIndex: z.int().min(0) })
const question = classQuestion.extend({ method })

/** One picture, one class and one method. */
export type AttributionQuestion = Infer<typeof question>

/** What of the picture a class's score comes from, by one method. */
export interface Attribution {
  readonly method: AttributionMethod
  readonly classIndex: number
  /** `[H, W]`: the layer's own for Grad-CAM, the input's otherwise. */
  readonly shape: readonly [number, number]
  /** H x W floats, in the unit that the method has. */
  readonly data: Float32Array
  /** Whether values below zero speak against the class; magnitudes otherwise. */
  readonly isSigned: boolean
  /** The class's score for this picture, before the soft-max. */
  readonly score: number
  readonly probability: number
  /** Of integrated gradients: the sum of attributions against what it should be. */
  readonly completeness: {
    readonly sum: number
    /** Score of the picture less that of the baseline. */
    readonly difference: number
  } | null
  /** Pictures that went through the network for it. */
  readonly passes: number
  /** Training step of the weights, where they are in training. */
  readonly step: number | null
  readonly elapsedMs: number
}

/** Deletion and insertion (Petsiuk et al. 2018): a class's probability as pixels go and come. */
export interface Faithfulness {
  /** Shares of the pixels, 0 to 1, that were taken away or put in. */
  readonly shares: Float32Array
  /** Probability after the most important ones were replaced by the mean colour; low is good. */
  readonly deletion: Float32Array
  /** Probability after the most important ones were put into a blurred picture; high is good. */
  readonly insertion: Float32Array
  /** Areas under the curves, 0..1, by the trapezoid rule. */
  readonly deletionArea: number
  readonly insertionArea: number
  readonly elapsedMs: number
}

/** A map with the weights of some layers randomly initialised. */
export interface RandomisedMap {
  /** This layer and all above it have random weights. */
  readonly layer: string
  readonly data: Float32Array
  /** Spearman's, with the map of the true weights; null where either map is flat. */
  readonly correlation: number | null
  /** The same of the absolute values. */
  readonly absoluteCorrelation: number | null
}

/** The cascading randomisation of Adebayo et al. 2018. */
export interface SanityCheck {
  readonly original: Attribution
  /** From the scores' layer alone down to all layers. */
  readonly randomised: readonly RandomisedMap[]
  readonly elapsedMs: number
}

const long = { isLatestOnly: false, patienceMs: 0 } as const

/** The calls about why a class was predicted. All send progress and can be cancelled. */
export const ATTRIBUTION_CALLS = defineEngineCalls('the reasons for a prediction', {
  'inspect.attribution': { args: question, result: resultOf<Attribution>(), ...long },
  /** `method` null: the pixels in random order, which a map should beat. `steps` are of each curve. */
  'inspect.faithfulness': {
    args: classQuestion.extend({ method: method.nullable(), steps }),
    result: resultOf<Faithfulness>(),
    ...long,
  },
  /** Works on a copy of the network: the weights that are asked stay as they are. */
  'inspect.sanity': {
    args: question.extend({ seed: z.int().min(0) }),
    result: resultOf<SanityCheck>(),
    ...long,
  },
})
