import { z } from 'zod'
import type { InspectCalls } from '../../../shared/contract'
import { absolutePath, layer, stage } from './schema-parts'

const MAX_FIELD_PICTURES = 1000

const index = z.int().min(0)
const model = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('training') }),
  z.strictObject({
    kind: z.literal('run'),
    folder: absolutePath,
    checkpoint: z.string().min(1).nullable(),
  }),
])

/** What the arguments of each call about pictures must be. */
export const INSPECT_SCHEMAS = {
  'model.describe': z.strictObject({ model }),
  'inspect.predict': z.strictObject({ model, image: absolutePath }),
  'inspect.maps': z.strictObject({ model, image: absolutePath, layer, stage }),
  'inspect.filter': z.strictObject({ model, image: absolutePath, layer, channel: index }),
  'inspect.effectiveField': z.strictObject({
    model,
    images: z.array(absolutePath).min(1).max(MAX_FIELD_PICTURES),
    layer,
    row: index,
    column: index,
    channel: index.nullable(),
  }),
  'inspect.picture': z.strictObject({
    image: absolutePath,
    sizePx: z.int().min(16).max(8192),
  }),
} satisfies { [K in keyof InspectCalls]: z.ZodType<InspectCalls[K]['args']> }
