import { z } from 'zod'
import { ablationsSchema } from '../spec/ablation-schema'
import { absolutePath } from '../spec/schema-parts'
import type { Infer } from './call-table'

export { layerName as layer } from '../spec/schema-parts'
export { absolutePath }

export const bytes: z.ZodType<Uint8Array> = z.instanceof(Uint8Array)
/** Of a call that takes nothing. */
export const nothing = z.strictObject({})
export const index = z.int().min(0)
/** Which of a layer's values: its sums, or what it hands on. */
export const stage = z.enum(['pre-relu', 'output'])
export const split = z.enum(['train', 'validation', 'test'])

const training = z.strictObject({ kind: z.literal('training') })
/** A run's weights: those of a checkpoint, the best when null. */
export const runModel = z.strictObject({
  kind: z.literal('run'),
  folder: absolutePath,
  checkpoint: z.string().min(1).nullable(),
})
const ablated = { ablations: ablationsSchema.exactOptional() }

/** Which weights a question is about; none of their channels is scaled. */
export const plainModel = z.discriminatedUnion('kind', [training, runModel])
/** Which weights a question is about, and which of their channels are scaled for it. */
export const model = z.discriminatedUnion('kind', [
  training.extend(ablated),
  runModel.extend(ablated),
])

/**
 * Which weights a question is about: those in training, or a checkpoint (the best when null). Ablations
 * scale channels for that question; surveys and what-if comparisons, which are of the network as it is,
 * take none.
 */
export type ModelRef = Infer<typeof model>

/** Pictures of the open data set. */
export const pictureSet = z.strictObject({
  /** What was opened, `DatasetSummary.source`. */
  folder: absolutePath,
  split: z.enum([...split.options, 'all']),
  /** The most pictures, spread evenly over the classes; null for all. */
  limit: z.int().min(1).nullable(),
})

/** Which pictures of a data set a job is done on. */
export type PictureSet = Infer<typeof pictureSet>
