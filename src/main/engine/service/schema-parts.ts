import { z } from 'zod'
import { ablationsSchema as ablations } from '../../../shared/spec/ablation-schema'
import { absolutePath } from '../../../shared/spec/schema-parts'

export { ablations, absolutePath }
export { layerName as layer } from '../../../shared/spec/schema-parts'
export const stage = z.enum(['pre-relu', 'output'])
export const index = z.int().min(0)
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
