import { z } from 'zod'
import type { ArchiveKind } from '../../../files/archive/archive-format'

export const SPLIT_FILE = 'split.json'
export const EVALUATION_FILE = 'evaluation.json'
export const RESULTS_FILE = 'results.safetensors'

/** All that repeats an evaluation, but for the pictures. */
export const BUNDLE: ArchiveKind = {
  words: 'bundle of an evaluation',
  hint: 'Export the bundle again and copy the file as it is.',
  fileName:
    /^(README\.txt|split\.json|evaluation\.json|results\.safetensors|runs\/\d{1,2}\/(run\.json|checkpoints\/epoch-\d{1,12}\/model\.safetensors))$/,
  folderName: /^(runs\/?(\d{1,2}\/?(checkpoints\/?(epoch-\d{1,12}\/?)?)?)?)?$/,
  mainFile: EVALUATION_FILE,
}

/** Folder of a network in a bundle, 1 for the first. */
export const runName = (index: number): string => `runs/${index + 1}`

/** `split.json` of a bundle: the pictures by name, class and checksum, and what computed the results. */
export const SPLIT_SCHEMA = z.object({
  format: z.literal('vgg-lab-bundle'),
  version: z.literal(1),
  machine: z.object({ lab: z.string(), tensorflow: z.string(), processor: z.string() }),
  pictures: z.array(
    z.object({
      file: z.string().min(1),
      /** null for a class that the network does not know. */
      class: z.string().nullable(),
      bytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})
export type BundleSplit = z.infer<typeof SPLIT_SCHEMA>
