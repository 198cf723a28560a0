import { z } from 'zod'
import {
  MAX_ABLATION_CHANNELS,
  MAX_ABLATION_FACTOR,
  MAX_ABLATION_SETS,
  MAX_ABLATIONS,
  type AblationSet,
} from '../shared/spec'

/** Kept sets of ablations where they cross into main or come from its settings. */
export const ABLATION_SETS_SCHEMA = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(100),
      runFolder: z.string().max(4096),
      ablations: z
        .array(
          z.strictObject({
            layer: z.string().min(1).max(64),
            channels: z.array(z.int().min(0)).min(1).max(MAX_ABLATION_CHANNELS),
            factor: z.number().min(0).max(MAX_ABLATION_FACTOR),
          }),
        )
        .min(1)
        .max(MAX_ABLATIONS),
    }),
  )
  .max(MAX_ABLATION_SETS) satisfies z.ZodType<AblationSet[]>
