import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { MAX_ABLATION_CHANNELS, MAX_ABLATION_FACTOR, MAX_ABLATIONS } from '../../../shared/spec'

export const absolutePath = z
  .string()
  .refine((path) => isAbsolute(path), { error: 'expected an absolute path' })
export const stage = z.enum(['pre-relu', 'output'])
export const layer = z.string().min(1).max(64)
export const index = z.int().min(0)
export const ablations = z
  .array(
    z.strictObject({
      layer,
      channels: z.array(z.int().min(0)).min(1).max(MAX_ABLATION_CHANNELS),
      factor: z.number().min(0).max(MAX_ABLATION_FACTOR),
    }),
  )
  .max(MAX_ABLATIONS)
const training = z.strictObject({ kind: z.literal('training') })
const run = z.strictObject({
  kind: z.literal('run'),
  folder: absolutePath,
  checkpoint: z.string().min(1).nullable(),
})
/** Which weights a question is about, where it is asked of the network as it is. */
export const plainModel = z.discriminatedUnion('kind', [training, run])
/** Which weights a question is about, and what is scaled. */
export const model = z.discriminatedUnion('kind', [
  training.extend({ ablations: ablations.exactOptional() }),
  run.extend({ ablations: ablations.exactOptional() }),
])
/** Pictures of the open data set. */
export const pictureSet = z.strictObject({
  folder: absolutePath,
  split: z.enum(['train', 'validation', 'all']),
  limit: z.int().min(1).nullable(),
})
