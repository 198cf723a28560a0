import { z } from 'zod'
import {
  MAX_ABLATION_CHANNELS,
  MAX_ABLATION_FACTOR,
  MAX_ABLATION_SETS,
  MAX_ABLATIONS,
  type Ablation,
  type AblationSet,
} from './ablation'
import { layerName } from './schema-parts'

const ablationSchema = z.strictObject({
  layer: layerName,
  channels: z.array(z.int().min(0)).min(1).max(MAX_ABLATION_CHANNELS),
  factor: z.number().min(0).max(MAX_ABLATION_FACTOR),
}) satisfies z.ZodType<Ablation>

export const ablationsSchema = z.array(ablationSchema).max(MAX_ABLATIONS)

/** Ablations that are kept by name. */
export const ablationSetsSchema = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(100),
      runFolder: z.string().max(4096),
      ablations: ablationsSchema.min(1),
    }),
  )
  .max(MAX_ABLATION_SETS) satisfies z.ZodType<AblationSet[]>
