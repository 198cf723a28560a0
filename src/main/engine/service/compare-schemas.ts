import { z } from 'zod'
import { MAX_COMPARED, type CompareCalls } from '../../../shared/contract'
import { absolutePath, index, layer, model, stage } from './schema-parts'

/** More rows than anybody reads, and less than would hold up a step. */
const MAX_CHANNELS = 256

const column = z.strictObject({ model, image: absolutePath })
const columns = z.array(column).min(1).max(MAX_COMPARED)
const share = z.number().min(0).max(1)

/** What the arguments of each call about comparisons must be. */
export const COMPARE_SCHEMAS = {
  'compare.column': z.strictObject({ model, image: absolutePath, layer, stage }),
  'compare.maps': z.strictObject({
    columns,
    layer,
    stage,
    channels: z.array(index).max(MAX_CHANNELS),
    difference: z.boolean(),
  }),
  'compare.difference': z.strictObject({ first: column, second: column, layer, stage }),
  'compare.units': z.strictObject({ columns, layer, stage, channel: index, u: share, v: share }),
} satisfies { [K in keyof CompareCalls]: z.ZodType<CompareCalls[K]['args']> }
