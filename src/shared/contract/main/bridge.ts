import type { Reply } from '../errors'
import type { MainCallName, MainCalls } from './calls'
import type { EngineState } from './engine-process'
import type { PageName } from './pages'
import type { RunTransfer } from './runs'

/** What main sends to the window unasked. */
export interface MainEvents {
  /** How far an export or import is; null at its end. */
  transfer: RunTransfer | null
  engine: EngineState
  /** Absolute path of a picture that came into the watched folder, or changed there. */
  picture: { readonly path: string }
  /** Why the folder is not watched any more, in one line. */
  watchEnded: { readonly reason: string }
  /** A menu item or a second start: what to open. */
  command:
    /** Without a path, the window asks for one. */
    | { readonly name: 'open-folder'; readonly path?: string }
    | { readonly name: 'open-image'; readonly path?: string }
    | { readonly name: 'import-weights' }
    | { readonly name: 'show-view'; readonly view: PageName }
    | { readonly name: 'show-keys' }
    | { readonly name: 'show-settings' }
}

export type MainEventName = keyof MainEvents

/** IPC channels between preload and main. */
export const CHANNELS = { call: 'lab:call', event: 'lab:event', port: 'lab:engine-port' } as const

/**
 * What the preload puts on `window.lab`. The port itself cannot cross contextBridge: the preload
 * posts it to the window as `{ type: 'lab:engine-port' }` with the port in `event.ports`.
 */
export interface LabBridge {
  call<K extends MainCallName>(
    name: K,
    args: MainCalls[K]['args'],
  ): Promise<Reply<MainCalls[K]['result']>>
  /** Returns what stops listening. */
  on<K extends MainEventName>(name: K, listener: (value: MainEvents[K]) => void): () => void
  /** Absolute path of a dropped file (`webUtils.getPathForFile`, or `file.path` on an old Electron). */
  pathOf(file: unknown): string
  /** Tells main that the window listens, so that it hands over a port. */
  ready(): void
}
