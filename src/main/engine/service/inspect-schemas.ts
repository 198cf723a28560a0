import { z } from 'zod'
import type { ArithmeticCalls, InspectCalls } from '../../../shared/contract'
import { ATTRIBUTION_SCHEMAS } from './attribution-schemas'
import { absolutePath, index, layer, model, stage } from './schema-parts'

const MAX_FIELD_PICTURES = 1000

/** What the arguments of each call about pictures must be. */
export const INSPECT_SCHEMAS = {
  'model.describe': z.strictObject({ model }),
  'inspect.predict': z.strictObject({ model, image: absolutePath }),
  'inspect.glance': z.strictObject({ model, image: absolutePath, layer, stage }),
  'inspect.maps': z.strictObject({ model, image: absolutePath, layer, stage }),
  'inspect.unit': z.strictObject({ maps: z.uuid(), row: index, column: index, channel: index }),
  'inspect.rawMaps': z.strictObject({ maps: z.uuid() }),
  'inspect.rawChannel': z.strictObject({ maps: z.uuid(), channel: index }),
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
  'inspect.arithmetic': z.strictObject({
    model,
    image: absolutePath,
    unit: z.strictObject({ layer, row: index, column: index, channel: index }),
  }),
  ...ATTRIBUTION_SCHEMAS,
} satisfies {
  [K in keyof (InspectCalls & ArithmeticCalls)]: z.ZodType<
    (InspectCalls & ArithmeticCalls)[K]['args']
  >
}
