import type { BrowserWindow } from 'electron'
import type { AppInfo, MainEventName, MainEvents } from '../../shared/contract'
import type { EngineHost } from '../engine-process/engine-host'
import type { RunStore } from '../runs/run-store'
import type { SettingsStore } from '../settings-store'

/** What the calls of all topics are answered from. */
export interface MainParts {
  readonly info: AppInfo
  /** For pictures that have no file of their own. */
  readonly picturesFolder: string
  readonly settings: SettingsStore
  readonly runs: RunStore
  readonly engine: EngineHost
  /** The window, or null when there is none. */
  readonly window: () => BrowserWindow | null
  /** Sends an event to the window, if there is one. */
  readonly tell: <K extends MainEventName>(name: K, value: MainEvents[K]) => void
}
