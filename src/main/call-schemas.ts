import { z } from 'zod'
import { LIVE_SOURCES, type MainCallName, type MainCalls } from '../shared/contract'
import { ablationSetsSchema } from '../shared/spec/ablation-schema'
import { engineSettingsSchema } from '../shared/spec/engine-settings-schema'
import { editedNetworkSchema } from '../shared/spec/network-edit-schema'
import { queueSchema } from '../shared/spec/queued-run-schema'
import { runLabelsSchema } from '../shared/spec/run-labels-schema'
import { absolutePath } from '../shared/spec/schema-parts'

const MAX_CLIPBOARD = 100_000
/** Bytes of a drawing or a frame of a camera. */
const MAX_PICTURE = 32_000_000

const nothing = z.strictObject({})

/** What each call's arguments must be. A call without a schema does not compile. */
export const CALL_SCHEMAS = {
  'app.info': nothing,
  'settings.get': nothing,
  'settings.set': z.strictObject({
    theme: z.enum(['system', 'light', 'dark']).exactOptional(),
    recentFolders: z.array(absolutePath).exactOptional(),
    networks: z.array(editedNetworkSchema).exactOptional(),
    ablationSets: ablationSetsSchema.exactOptional(),
    queue: queueSchema.exactOptional(),
    engine: engineSettingsSchema.exactOptional(),
  }),
  'dialog.openFolder': z.strictObject({ title: z.string().max(200) }),
  'dialog.openList': nothing,
  'dialog.openImage': nothing,
  'dialog.openWeights': nothing,
  'file.save': z.strictObject({
    suggestedName: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^/\\]+$/, { error: 'expected a file name without folders' }),
    bytes: z.instanceof(Uint8Array),
  }),
  'clipboard.write': z.strictObject({ text: z.string().max(MAX_CLIPBOARD) }),
  'clipboard.read': nothing,
  'clipboard.paste': nothing,
  'pictures.keep': z.strictObject({
    source: z.enum(LIVE_SOURCES),
    bytes: z.instanceof(Uint8Array).refine(({ length }) => length > 0 && length <= MAX_PICTURE, {
      error: `expected a picture of at most ${MAX_PICTURE} bytes`,
    }),
  }),
  'pictures.watch': z.strictObject({ folder: absolutePath.nullable() }),
  'file.openText': z.strictObject({
    title: z.string().max(200),
    extension: z.string().regex(/^[a-z0-9]{1,8}$/),
  }),
  'shell.reveal': z.strictObject({ path: absolutePath }),
  'runs.list': nothing,
  'runs.curves': z.strictObject({ folder: absolutePath }),
  'runs.rename': z.strictObject({ folder: absolutePath, name: z.string().trim().min(1).max(100) }),
  'runs.label': z.strictObject({ folder: absolutePath, labels: runLabelsSchema }),
  'runs.trash': z.strictObject({ folder: absolutePath }),
  'runs.export': z.strictObject({ folder: absolutePath }),
  'runs.import': nothing,
  'runs.cancelTransfer': nothing,
  'engine.state': nothing,
  'engine.restart': nothing,
} satisfies { [K in MainCallName]: z.ZodType<MainCalls[K]['args']> }
