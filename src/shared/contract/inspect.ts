import { z } from 'zod'
import type { NetworkSpec } from '../vgg'
import { absolutePath, index, layer, model, split, stage } from './args'
import { LIST_PATIENCE_MS, QUESTION_PATIENCE_MS, defineEngineCalls, resultOf } from './call-table'
import type { FeatureMaps, RawMaps, UnitReading } from './maps'

/** A network that can be asked. */
export interface ModelSummary {
  readonly network: NetworkSpec
  readonly classNames: readonly string[]
  /** In words: "run digits, epoch-0007 (best)". */
  readonly title: string
}

/** Encoded picture for an `<img>`; `bytes` are WebP or JPEG, told by `type`. */
export interface EncodedPicture {
  readonly type: 'image/webp' | 'image/jpeg' | 'image/png'
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

/** One class with its probability, 0..1. */
export interface ClassProbability {
  readonly class: string
  readonly probability: number
}

/** What a network takes one of many pictures for. */
export interface ClassifiedPicture {
  /** Relative to the data folder, or absolute. */
  readonly file: string
  /** Name of its class; null where it is not known. */
  readonly className: string | null
  /** Probability of its class, 0..1; null where it has none that the network knows. */
  readonly ownProbability: number | null
  /** The five most probable classes (fewer where there are fewer), first one first. */
  readonly top: readonly ClassProbability[]
}

/** Pictures of a run, classified. */
export interface Classification {
  /** Those that could be read. */
  readonly pictures: readonly ClassifiedPicture[]
  /** The others, with the reason in one line. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[]
  /** The network's weights, in words: "run digits, epoch-0007 (best)". */
  readonly title: string
  /** How a picture became the input, in words, for the protocol line. */
  readonly protocol: string
  /** Absolute path that `file` is relative to. */
  readonly folder: string
}

/** A picture's prediction, with the picture as the network saw it. */
export interface Prediction {
  /** The five most probable classes (fewer where there are fewer), first one first. */
  readonly top: readonly ClassProbability[]
  /** All classes, the most probable first. */
  readonly all: readonly ClassProbability[]
  /** `[inputSize, inputSize, 3]` RGB bytes. */
  readonly input: { readonly size: number; readonly pixels: Uint8Array }
  /** Size of the file's picture, orientation applied. */
  readonly sourceWidth: number
  readonly sourceHeight: number
  /** How the picture became the input, in words, for the protocol line. */
  readonly protocol: string
  readonly elapsedMs: number
}

/** One channel's map as a small picture: a larger one is averaged down. */
export interface MapThumbnail {
  readonly channel: number
  readonly height: number
  readonly width: number
  /** Values of the bytes 0 and 255; between them in even steps. The range holds zero. */
  readonly low: number
  readonly high: number
  /** `[height, width]` */
  readonly bytes: Uint8Array
}

/** What one layer makes of a picture, after its ReLU. */
export interface LayerGlance {
  readonly layer: string
  /** `[C]` each: a channel's largest and mean value, and its share of units above zero, 0..1. */
  readonly max: Float32Array
  readonly mean: Float32Array
  readonly active: Float32Array
  /** Channels without a unit above zero for this picture. */
  readonly dead: number
  /** Channels of the largest maxima, the largest first; none where a channel is one unit. */
  readonly strongest: readonly MapThumbnail[]
}

/** What a network makes of a picture, from one forward pass. */
export interface PictureGlance {
  readonly prediction: Prediction
  /** Of all layers, the lowest first. */
  readonly layers: readonly LayerGlance[]
}

/** One output channel's kernel of a convolution, with the whole input it slides over. */
export interface ConvolutionFilter {
  readonly layer: string
  readonly channel: number
  /** `[k, k, C]`, C input channels. */
  readonly kernelShape: readonly [number, number, number]
  readonly kernel: Float32Array
  readonly bias: number
  /** `[H, W, C]`: the preprocessed picture for conv1_1, the activation of the layer below otherwise. */
  readonly inputShape: readonly [number, number, number]
  readonly input: Float32Array
  /** `[H, W]`: what the engine computed for this channel, before the ReLU. */
  readonly output: Float32Array
  /** Name of the layer below, or `input`. */
  readonly below: string
  readonly step: number | null
  readonly elapsedMs: number
}

/**
 * The effective receptive field (Luo et al. 2016): how much each input pixel changes one unit,
 * averaged over pictures.
 */
export interface EffectiveField {
  readonly layer: string
  readonly row: number
  readonly column: number
  /** null: all channels at that position together. */
  readonly channel: number | null
  /** Side of the square input, in pixels. */
  readonly size: number
  /** `[size, size]`: mean over pictures of the gradient's absolute value, summed over RGB. */
  readonly data: Float32Array
  /** Pictures that went into the mean. */
  readonly images: number
  readonly elapsedMs: number
}

const MAX_FIELD_PICTURES = 1000
const MAX_THUMBNAILS = 512

const question = z.strictObject({ model, image: absolutePath })
const maps = z.uuid()
/** A question about what the window shows now: the next one makes it pointless. */
const shown = { isLatestOnly: true, patienceMs: QUESTION_PATIENCE_MS } as const
/** One whose every answer counts. */
const each = { isLatestOnly: false, patienceMs: QUESTION_PATIENCE_MS } as const

/** The calls about what a network makes of pictures. */
export const INSPECT_CALLS = defineEngineCalls('a look into the network', {
  'model.describe': { args: z.strictObject({ model }), result: resultOf<ModelSummary>(), ...each },
  'inspect.predict': { args: question, result: resultOf<Prediction>(), ...shown },
  /**
   * Prediction and all layers at a glance, in one forward pass. It also computes the maps of the named
   * layer: `inspect.maps`, asked for the same right after it, costs no pass of its own.
   */
  'inspect.glance': {
    args: question.extend({ layer, stage }),
    result: resultOf<PictureGlance>(),
    ...shown,
  },
  'inspect.maps': {
    args: question.extend({ layer, stage }),
    result: resultOf<FeatureMaps>(),
    ...shown,
  },
  /** One unit of maps that were sent. @throws `not-found` once the engine no longer has their values. */
  'inspect.unit': {
    args: z.strictObject({ maps, row: index, column: index, channel: index }),
    result: resultOf<UnitReading>(),
    ...each,
  },
  /** All raw values of maps that were sent. @throws `not-found` as above. */
  'inspect.rawMaps': { args: z.strictObject({ maps }), result: resultOf<RawMaps>(), ...each },
  /** Those of one channel, `[H, W, 1]`. @throws `not-found` as above, `bad-input` for another's channel. */
  'inspect.rawChannel': {
    args: z.strictObject({ maps, channel: index }),
    result: resultOf<RawMaps>(),
    ...each,
  },
  'inspect.filter': {
    args: question.extend({ layer, channel: index }),
    result: resultOf<ConvolutionFilter>(),
    ...shown,
  },
  /**
   * Gradient of one unit before its ReLU with respect to the input, averaged over pictures; long:
   * sends progress, can be cancelled, and is kept for the same question on the same weights.
   */
  'inspect.effectiveField': {
    args: z.strictObject({
      model,
      images: z.array(absolutePath).min(1).max(MAX_FIELD_PICTURES),
      layer,
      row: index,
      column: index,
      channel: index.nullable(),
    }),
    result: resultOf<EffectiveField>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
  /** All pictures of one half of a run's own split; long: sends progress, can be cancelled. */
  'inspect.classify': {
    args: z.strictObject({
      runFolder: absolutePath,
      checkpoint: z.string().min(1).nullable(),
      split,
    }),
    result: resultOf<Classification>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
  /** A picture of any size for display, at most `sizePx` on its longest side. */
  'inspect.picture': {
    args: z.strictObject({ image: absolutePath, sizePx: z.int().min(16).max(8192) }),
    result: resultOf<EncodedPicture>(),
    ...shown,
  },
  /** Small versions of pictures that need not be of an open data set, in order; null for one that cannot be read. */
  'inspect.pictures': {
    args: z.strictObject({
      images: z.array(absolutePath).max(MAX_THUMBNAILS),
      sizePx: z.int().min(16).max(1024),
    }),
    result: resultOf<(EncodedPicture | null)[]>(),
    isLatestOnly: false,
    patienceMs: LIST_PATIENCE_MS,
  },
})
