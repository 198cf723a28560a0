import { z } from 'zod'
import type { FeatureCalls } from '../../../shared/contract'
import { absolutePath, layer, model, pictureSet } from './schema-parts'

const question = {
  model,
  set: pictureSet,
  layer,
  metric: z.enum(['cosine', 'euclidean']),
}

/** What the arguments of each call about features must be. */
export const FEATURE_SCHEMAS = {
  'features.neighbours': z.strictObject({
    ...question,
    image: absolutePath,
    count: z.int().min(1).max(200),
  }),
  'features.map': z.strictObject({
    ...question,
    method: z.enum(['pca', 'umap']),
    neighbours: z.int().min(2).max(200),
    minDist: z.number().min(0).max(1),
    seed: z.int().min(0),
  }),
} satisfies { [K in keyof FeatureCalls]: z.ZodType<FeatureCalls[K]['args']> }
