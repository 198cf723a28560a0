import { z } from 'zod'
import type { Preprocessing } from '../spec'
import { absolutePath, index, layer, model } from './args'
import { QUESTION_PATIENCE_MS, defineEngineCalls, resultOf, type Infer } from './call-table'

const unit = z.strictObject({ layer, row: index, column: index, channel: index })

/** One unit of a layer; of a fully connected layer row and column are 0. */
export type UnitAddress = Infer<typeof unit>

/** A square window over the layer below, in its rows and columns; where it reaches out lies padding. */
export interface InputWindow {
  readonly row: number
  readonly column: number
  readonly side: number
}

/** A convolution's or a fully connected layer's unit: inputs times weights, a bias, and a ReLU. */
export interface WeightedSum {
  readonly kind: 'weighted-sum'
  /** `[side, side, C]`: what lies in the window, 0 in the padding. */
  readonly patch: Float32Array
  /** `[side, side, C]` */
  readonly kernel: Float32Array
  /** `[C]`: the sum of each input channel's products. */
  readonly sums: Float32Array
  readonly bias: number
  /** The bias and all sums, added in double precision. */
  readonly preRelu: number
  readonly relu: boolean
  /** What the engine computed before the ReLU. */
  readonly computedPreRelu: number
}

/** A max-pooling layer's unit. */
export interface WindowMaximum {
  readonly kind: 'maximum'
  /** `[side, side]` of the unit's channel. */
  readonly values: Float32Array
  /** Row-major place of the largest; the first of equal ones. */
  readonly largest: number
}

/** A unit of local response normalisation (A-LRN). */
export interface NormalisedUnit {
  readonly kind: 'normalisation'
  /** The channel that `values` begins with. */
  readonly firstChannel: number
  /** Of neighbouring channels at the unit's place. */
  readonly values: Float32Array
}

/** A class's probability. */
export interface SoftmaxUnit {
  readonly kind: 'softmax'
  /** `[classes]` */
  readonly scores: Float32Array
}

/** What a unit's layer does to what lies below it. */
export type UnitSteps = WeightedSum | WindowMaximum | NormalisedUnit | SoftmaxUnit

/** How the value of one unit comes about on a picture. */
export interface UnitArithmetic {
  readonly unit: UnitAddress
  /** Name of the layer below, or `input` for the preprocessed picture. */
  readonly below: string
  /** `[H, W, C]` of the layer below. */
  readonly inputShape: readonly [number, number, number]
  /** Of the picture's colours as the weights expect them. */
  readonly channelOrder: Preprocessing['channelOrder']
  readonly window: InputWindow
  readonly steps: UnitSteps
  /** What the value is multiplied by at last: 1, or an ablation's factor of this channel. */
  readonly factor: number
  /** What the engine computed for the unit, after all steps. */
  readonly value: number
  readonly step: number | null
  readonly elapsedMs: number
}

export const ARITHMETIC_CALLS = defineEngineCalls('the arithmetic of a unit', {
  /** One forward pass, or none for another unit of the same layer on the same picture. */
  'inspect.arithmetic': {
    args: z.strictObject({ model, image: absolutePath, unit }),
    result: resultOf<UnitArithmetic>(),
    isLatestOnly: true,
    patienceMs: QUESTION_PATIENCE_MS,
  },
})
