import { z } from 'zod'
import type { AttributionCalls, AttributionMethod } from '../../../shared/contract'
import { absolutePath, layer, model } from './schema-parts'

/** The most that one question may ask for: more would take hours and tell nothing new. */
const MAX_STEPS = 1000
const MAX_PATCH_PX = 512

const steps = z.int().min(1).max(MAX_STEPS)
const method: z.ZodType<AttributionMethod> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('grad-cam'), layer }),
  z.strictObject({ kind: z.literal('saliency') }),
  z.strictObject({ kind: z.literal('gradient-input') }),
  z.strictObject({ kind: z.literal('guided') }),
  z.strictObject({
    kind: z.literal('integrated'),
    baseline: z.enum(['mean', 'black']),
    steps,
  }),
  z.strictObject({
    kind: z.literal('occlusion'),
    patchPx: z.int().min(1).max(MAX_PATCH_PX),
    stridePx: z.int().min(1).max(MAX_PATCH_PX),
    fill: z.enum(['mean', 'grey']),
  }),
])
const question = { model, image: absolutePath, classIndex: z.int().min(0) }

/** What the arguments of each call about a prediction's reasons must be. */
export const ATTRIBUTION_SCHEMAS = {
  'inspect.attribution': z.strictObject({ ...question, method }),
  'inspect.faithfulness': z.strictObject({ ...question, method: method.nullable(), steps }),
  'inspect.sanity': z.strictObject({ ...question, method, seed: z.int().min(0) }),
} satisfies { [K in keyof AttributionCalls]: z.ZodType<AttributionCalls[K]['args']> }
