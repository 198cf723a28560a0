import { z } from 'zod'
import { ablationSetsSchema } from '../../spec/ablation-schema'
import { engineSettingsSchema } from '../../spec/engine-settings-schema'
import { editedNetworkSchema } from '../../spec/network-edit-schema'
import { queueSchema } from '../../spec/queued-run-schema'
import { absolutePath, nothing } from '../args'
import { resultOf, type Infer } from '../call-table'
import { lastSessionSchema } from './last-session'
import { THEMES } from './themes'

export const settingsSchema = z.strictObject({
  theme: z.enum(THEMES),
  recentFolders: z.array(absolutePath),
  /** Networks that the person edited and kept. */
  networks: z.array(editedNetworkSchema),
  /** Ablations that were kept, by name and run. */
  ablationSets: ablationSetsSchema,
  /** Runs that wait for their turn, in order. */
  queue: queueSchema,
  /** Folders of interrupted runs that the person does not want to be told of again. */
  dismissedRuns: z.array(absolutePath),
  /** What the engine is started with; a change holds from its next start. */
  engine: engineSettingsSchema,
  lastSession: lastSessionSchema,
})

/** What the window remembers between starts. */
export type Settings = Infer<typeof settingsSchema>

const { theme, recentFolders, networks, ablationSets, queue, dismissedRuns, engine, lastSession } =
  settingsSchema.shape

export const SETTINGS_CALLS = {
  'settings.get': { args: nothing, result: resultOf<Settings>() },
  'settings.set': {
    args: z.strictObject({
      theme: theme.exactOptional(),
      recentFolders: recentFolders.exactOptional(),
      networks: networks.exactOptional(),
      ablationSets: ablationSets.exactOptional(),
      queue: queue.exactOptional(),
      dismissedRuns: dismissedRuns.exactOptional(),
      engine: engine.exactOptional(),
      lastSession: lastSession.exactOptional(),
    } satisfies Record<keyof Settings, z.ZodType>),
    result: resultOf<Settings>(),
  },
} as const
