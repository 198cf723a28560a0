import type {
  AblationSet,
  EditedNetwork,
  EngineSettings,
  QueuedRun,
  RunCurves,
  RunLabels,
  RunSummary,
} from '../spec'
import type { DeviceReport } from './engine'
import type { ErrorInfo } from './errors'

/** What the window remembers between starts. */
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark'
  readonly recentFolders: readonly string[]
  /** Networks that the person edited and kept. */
  readonly networks: readonly EditedNetwork[]
  /** Ablations that were kept, by name and run. */
  readonly ablationSets: readonly AblationSet[]
  /** Runs that wait for their turn, in order. */
  readonly queue: readonly QueuedRun[]
  /** What the engine is started with; a change holds from its next start. */
  readonly engine: EngineSettings
}

/** Facts about the program, for its status line and its About box. */
export interface AppInfo {
  readonly version: string
  readonly electron: string
  readonly chromium: string
  readonly node: string
  /** Where this Electron came from; a line of warning when it is out of support. */
  readonly runtimeWarning: string | null
  readonly runsFolder: string
  readonly sampleFolder: string
  /** The machine's memory, in bytes. */
  readonly memoryBytes: number
  /** A tour drives the window by itself. */
  readonly tour: boolean
}

/** What a run that was cut off can go on from. */
export interface RunStanding {
  /** The checkpoint that was written last; null before the first: the run can start again. */
  readonly checkpoint: string | null
  /** Pictures of one session call; null where none was chosen yet. */
  readonly microBatch: number | null
}

/** State of the engine process, told to the window whenever it changes. */
export type EngineState =
  | { readonly state: 'starting' }
  | {
      readonly state: 'ready'
      readonly device: DeviceReport
      readonly startMs: number
      /** Of the engine's process, for whoever looks for it in the system's lists. */
      readonly pid: number
    }
  | {
      readonly state: 'gone'
      /** In words: "The engine was killed (SIGKILL)". */
      readonly reason: string
      /** Memory did not suffice: the run had better go on with less. */
      readonly isOutOfMemory: boolean
      /** The run that was cut off, to be continued on one click. */
      readonly runFolder: string | null
      /** What that run can go on from; null where there is no run, or nothing of it on the disk yet. */
      readonly standing: RunStanding | null
    }
  | { readonly state: 'failed'; readonly error: ErrorInfo }

/** A folder among the runs that cannot be read as one. */
export interface BrokenRun {
  readonly folder: string
  /** In one line: what was expected and what came. */
  readonly fault: string
}

/** A run on its way into a file, or out of one. */
export interface RunTransfer {
  readonly kind: 'export' | 'import'
  /** Of the run's folder, or of the file. */
  readonly name: string
  readonly doneBytes: number
  readonly totalBytes: number
  /** Bytes a second since it began, and what that leaves to wait; null while it is being measured. */
  readonly perSecond: number | null
  readonly etaSeconds: number | null
}

/** The runs of a folder, as they lie on disk. */
export interface RunListing {
  /** Newest first. */
  readonly runs: readonly RunSummary[]
  /** Folders among them that cannot be read as a run. */
  readonly broken: readonly BrokenRun[]
}

/** Where a picture without a file comes from. */
export const LIVE_SOURCES = ['drawing', 'camera', 'pasted'] as const
export type LiveSource = (typeof LIVE_SOURCES)[number]

/** The calls that main answers, by name. A call without a handler does not compile. */
export interface MainCalls {
  'app.info': { args: Record<string, never>; result: AppInfo }
  'settings.get': { args: Record<string, never>; result: Settings }
  'settings.set': { args: Partial<Settings>; result: Settings }
  /** The folder that the user chose, or null. */
  'dialog.openFolder': { args: { title: string }; result: string | null }
  /** A list of pictures and labels: .csv, .tsv or .json. */
  'dialog.openList': { args: Record<string, never>; result: string | null }
  'dialog.openImage': { args: Record<string, never>; result: string | null }
  /** A file of weights, .onnx or .safetensors. */
  'dialog.openWeights': { args: Record<string, never>; result: string | null }
  /** Asks where, writes the bytes there; the path, or null when cancelled. */
  'file.save': { args: { suggestedName: string; bytes: Uint8Array }; result: string | null }
  'clipboard.write': { args: { text: string }; result: null }
  /** Lets the window's page have a paste event, as the keys for it do. */
  'clipboard.paste': { args: Record<string, never>; result: null }
  /** Keeps a picture that has no file as one, which can then be asked about; its path. */
  'pictures.keep': { args: { source: LiveSource; bytes: Uint8Array }; result: string }
  /** Tells of every new picture in a folder through `picture`; one folder at a time, null ends it. */
  'pictures.watch': { args: { folder: string | null }; result: null }
  'clipboard.read': { args: Record<string, never>; result: string }
  /** Asks for a text file of at most 1 MB and reads it; null when cancelled. */
  'file.openText': { args: { title: string; extension: string }; result: string | null }
  'shell.reveal': { args: { path: string }; result: null }
  'runs.list': { args: Record<string, never>; result: RunListing }
  /** All metrics of a run. */
  'runs.curves': { args: { folder: string }; result: RunCurves }
  /** Another name for a run; refused while it trains. */
  'runs.rename': { args: { folder: string; name: string }; result: null }
  'runs.label': { args: { folder: string; labels: RunLabels }; result: null }
  /** Moves a run's folder to the system's trash; refused while it trains. */
  'runs.trash': { args: { folder: string }; result: null }
  /** Asks where, writes a run there as one file; long: sends `transfer`. The path, or null when cancelled. */
  'runs.export': { args: { folder: string }; result: string | null }
  /** Asks for such a file and makes a new run of it; long: sends `transfer`. The run's folder, or null. */
  'runs.import': { args: Record<string, never>; result: string | null }
  /** Ends the export or import that is going on. */
  'runs.cancelTransfer': { args: Record<string, never>; result: null }
  'engine.state': { args: Record<string, never>; result: EngineState }
  /** Starts the engine again, after it failed or with other settings; refused while a run trains. */
  'engine.restart': { args: Record<string, never>; result: null }
}

export type MainCallName = keyof MainCalls

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
    | { readonly name: 'show-view'; readonly view: ViewName }
    | { readonly name: 'show-keys' }
    | { readonly name: 'show-settings' }
}

export type MainEventName = keyof MainEvents

/** The views of the left navigation, in order. */
export const VIEW_NAMES = ['Architecture', 'Data', 'Train', 'Inspect', 'Evaluate', 'Runs'] as const
export type ViewName = (typeof VIEW_NAMES)[number]

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
  ): Promise<import('./errors').Reply<MainCalls[K]['result']>>
  /** Returns what stops listening. */
  on<K extends MainEventName>(name: K, listener: (value: MainEvents[K]) => void): () => void
  /** Absolute path of a dropped file (`webUtils.getPathForFile`, or `file.path` on an old Electron). */
  pathOf(file: unknown): string
  /** Tells main that the window listens, so that it hands over a port. */
  ready(): void
}
