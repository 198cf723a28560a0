import { FIRST_SESSION } from '../../src/main/settings-store'
import type { AppInfo, Settings } from '../../src/shared/contract'
import { DEFAULT_ENGINE_SETTINGS } from '../../src/shared/spec'

/** Settings of somebody who has not kept anything yet. */
export const EMPTY_SETTINGS: Settings = {
  theme: 'system',
  recentFolders: [],
  networks: [],
  ablationSets: [],
  queue: [],
  dismissedRuns: [],
  engine: DEFAULT_ENGINE_SETTINGS,
  lastSession: FIRST_SESSION,
}

/** Facts about a program that no test runs. */
export const APP_INFO: AppInfo = {
  version: '1',
  electron: '45',
  chromium: '140',
  node: '24',
  runtimeWarning: null,
  runsFolder: '/runs',
  sampleFolder: '/sample',
  memoryBytes: 8e9,
  tour: false,
}
