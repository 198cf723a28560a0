import type { Settings } from '../../src/shared/contract'
import { DEFAULT_ENGINE_SETTINGS } from '../../src/shared/spec'

/** Settings of somebody who has not kept anything yet. */
export const EMPTY_SETTINGS: Settings = {
  theme: 'system',
  recentFolders: [],
  networks: [],
  ablationSets: [],
  queue: [],
  engine: DEFAULT_ENGINE_SETTINGS,
}
