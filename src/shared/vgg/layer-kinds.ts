/**
 * The arithmetic of each layer kind: output shape, parameters, multiply-adds and how it moves over
 * its input. The graph's forward and backward of the same kinds are in
 * `src/main/engine/network/layers`, which use these rules and add none of their own.
 */

/** `[height, width, channels]` of one picture's activation. */
export type Shape = readonly [height: number, width: number, channels: number]

/** The layer kinds that have an activation of their own. */
export type LayerKind = 'convolution' | 'lrn' | 'pooling' | 'fully-connected' | 'softmax'

/** What holds for each layer of a kind, wherever it is asked. */
interface KindTraits {
  /** It has filters that slide over a plane: a convolution. */
  readonly hasFilters: boolean
  /** Its output is maps, `[N, H, W, C]` in the graph; else one number for each unit, `[N, units]`. */
  readonly hasMaps: boolean
  /** It ends a block and makes the maps smaller: a pooling. */
  readonly endsBlock: boolean
  /** It lies above the class scores: no gradient and no factor reaches it. */
  readonly isAboveScores: boolean
}

const KIND_TRAITS: Readonly<Record<LayerKind, KindTraits>> = {
  convolution: { hasFilters: true, hasMaps: true, endsBlock: false, isAboveScores: false },
  lrn: { hasFilters: false, hasMaps: true, endsBlock: false, isAboveScores: false },
  pooling: { hasFilters: false, hasMaps: true, endsBlock: true, isAboveScores: false },
  'fully-connected': {
    hasFilters: false,
    hasMaps: false,
    endsBlock: false,
    isAboveScores: false,
  },
  softmax: { hasFilters: false, hasMaps: false, endsBlock: false, isAboveScores: true },
}

/** Anything that is of a layer kind. */
interface Kinded {
  readonly kind: LayerKind
}

/** Whether a layer has filters that slide over a plane: a convolution. */
export const hasFilters = ({ kind }: Kinded): boolean => KIND_TRAITS[kind].hasFilters

/** Whether a layer's output is maps, `[N, H, W, C]` in the graph; else it is `[N, units]`. */
export const hasMaps = ({ kind }: Kinded): boolean => KIND_TRAITS[kind].hasMaps

/** Whether a layer ends a block and makes the maps smaller: a pooling. */
export const endsBlock = ({ kind }: Kinded): boolean => KIND_TRAITS[kind].endsBlock

/** Whether a layer lies above the class scores: no gradient and no factor reaches it. */
export const isAboveScores = ({ kind }: Kinded): boolean => KIND_TRAITS[kind].isAboveScores

/** Whether a layer lies at or below the class scores: its units can be asked and scaled. */
export const isUnderScores = (layer: Kinded): boolean => !isAboveScores(layer)

/** How a layer moves over its input: square window, step and zero padding, in input units. */
export interface SlidingWindow {
  readonly kernel: number
  readonly stride: number
  readonly padding: number
}

/** What one layer kind computes from its input's shape. */
export interface LayerArithmetic {
  readonly output: Shape
  /** Shape of the weights as stored: HWIO for a convolution, [in, out] for a fully connected layer. */
  readonly weightShape: readonly number[] | null
  /** Weights and biases. */
  readonly parameters: number
  /** Multiply-adds for one picture; biases, ReLU, pooling, LRN and softmax count as none. */
  readonly macs: number
  readonly window: SlidingWindow
}

const POINTWISE: SlidingWindow = { kernel: 1, stride: 1, padding: 0 }

/** A square convolution with stride 1 whose zero padding keeps the spatial size (section 2.1). */
export function convolution(input: Shape, kernel: number, outputChannels: number): LayerArithmetic {
  const [height, width, inputChannels] = input
  const weights = kernel * kernel * inputChannels * outputChannels
  return {
    output: [height, width, outputChannels],
    weightShape: [kernel, kernel, inputChannels, outputChannels],
    parameters: weights + outputChannels,
    macs: height * width * weights,
    window: { kernel, stride: 1, padding: (kernel - 1) / 2 },
  }
}

/** 2x2 max-pooling with stride 2 (section 2.1). */
export function pooling(input: Shape): LayerArithmetic {
  const [height, width, channels] = input
  return {
    output: [Math.floor(height / 2), Math.floor(width / 2), channels],
    weightShape: null,
    parameters: 0,
    macs: 0,
    window: { kernel: 2, stride: 2, padding: 0 },
  }
}

/** Local response normalisation across channels: the shape stays, there is nothing to learn. */
export function lrn(input: Shape): LayerArithmetic {
  return { output: input, weightShape: null, parameters: 0, macs: 0, window: POINTWISE }
}

/** A fully connected layer: a valid convolution with a kernel as large as its input (section 3.2). */
export function fullyConnected(input: Shape, units: number): LayerArithmetic {
  const [height, width, channels] = input
  const inputs = height * width * channels
  return {
    output: [1, 1, units],
    weightShape: [inputs, units],
    parameters: inputs * units + units,
    macs: inputs * units,
    window: { kernel: height, stride: 1, padding: 0 },
  }
}

/** The soft-max over the class scores. */
export function softmax(input: Shape): LayerArithmetic {
  return { output: input, weightShape: null, parameters: 0, macs: 0, window: POINTWISE }
}
