import { z } from 'zod'
import type { KernelCalls, MaximiseCalls } from '../../../shared/contract'
import { MAXIMISATION } from '../../../shared/spec'
import { numberOf } from '../../../shared/spec/schema-parts'
import { absolutePath, index, layer, model } from './schema-parts'

/** What the arguments of the call about kernels must be. */
export const KERNEL_SCHEMAS = {
  'inspect.kernels': z.strictObject({ model, layer, channel: index }),
  'inspect.kernelWeights': z.strictObject({ model, layer }),
} satisfies { [K in keyof KernelCalls]: z.ZodType<KernelCalls[K]['args']> }

/** What the arguments of each call about activation maximisation must be. */
export const MAXIMISE_SCHEMAS = {
  'maximise.begin': z.strictObject({
    model,
    objective: z.strictObject({ layer, channel: index, of: z.enum(['mean', 'centre']) }),
    start: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('noise'), seed: index }),
      z.strictObject({ kind: z.literal('picture'), image: absolutePath, seed: index }),
    ]),
  }),
  'maximise.advance': z.strictObject({
    settings: z.strictObject({
      stepSize: numberOf(MAXIMISATION.stepSize),
      jitterPx: numberOf(MAXIMISATION.jitterPx),
      blurPx: numberOf(MAXIMISATION.blurPx),
      decay: numberOf(MAXIMISATION.decay),
      variation: numberOf(MAXIMISATION.variation),
    }),
    steps: z.int().min(1).max(10_000),
  }),
  'maximise.end': z.strictObject({}),
} satisfies { [K in keyof MaximiseCalls]: z.ZodType<MaximiseCalls[K]['args']> }
