import { z } from 'zod'
import { index, layer, model } from './args'
import { QUESTION_PATIENCE_MS, defineEngineCalls, resultOf } from './call-table'

/** A convolution's kernels, as far as they are shown. */
export interface LayerKernels {
  readonly layer: string
  /** Name of the layer below, or `input`. */
  readonly below: string
  readonly channel: number
  /** `[k, k, C]` of one output channel; C input channels. */
  readonly shape: readonly [number, number, number]
  /** Kernel of the asked channel. */
  readonly kernel: Float32Array
  readonly bias: number
  /** L2 norm of each output channel's kernel. */
  readonly norms: Float32Array
  /** All kernels one after the other, `[k, k, 3]` in RGB, where the layer sees the picture; else null. */
  readonly colours: Float32Array | null
}

/** All weights of a convolution, as they are stored. */
export interface KernelWeights {
  readonly layer: string
  /** HWIO: `[k, k, input channels, output channels]`. */
  readonly shape: readonly [number, number, number, number]
  readonly data: Float32Array
}

export const KERNEL_CALLS = defineEngineCalls("a layer's kernels", {
  /** Kernels alone, without a picture. */
  'inspect.kernels': {
    args: z.strictObject({ model, layer, channel: index }),
    result: resultOf<LayerKernels>(),
    isLatestOnly: true,
    patienceMs: QUESTION_PATIENCE_MS,
  },
  /** The raw kernels of a layer, for a file. */
  'inspect.kernelWeights': {
    args: z.strictObject({ model, layer }),
    result: resultOf<KernelWeights>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
})
