import { readFile, stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  clipboard,
  dialog,
  ipcMain,
  nativeTheme,
  shell,
  type BrowserWindow,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
} from 'electron'
import {
  CHANNELS,
  LabError,
  toErrorInfo,
  type AppInfo,
  type MainEventName,
  type MainEvents,
} from '../shared/contract'
import { LIST_EXTENSIONS } from '../shared/spec'
import { answerCall, type MainCallHandlers } from './call-answers'
import type { EngineHost } from './engine-process/engine-host'
import { LivePictures } from './pictures/live-pictures'
import { IMAGE_EXTENSIONS, PictureWatch } from './pictures/picture-watch'
import { RunKeeper } from './runs/run-keeper'
import { RunTransfers } from './runs/run-transfers'
import type { RunStore } from './runs/run-store'
import type { SettingsStore } from './settings-store'
import { isOwnPage, revealPath } from './window/window'

const WEIGHTS_EXTENSIONS = ['onnx', 'safetensors']
/** Longest text that is read from a file or the clipboard. */
const MAX_TEXT_BYTES = 1_000_000

/** What the calls are answered from. */
export interface IpcParts {
  readonly info: AppInfo
  /** For pictures that have no file of their own. */
  readonly picturesFolder: string
  readonly pageUrl: string
  readonly settings: SettingsStore
  readonly runs: RunStore
  readonly engine: EngineHost
  /** The window, or null when there is none. */
  readonly window: () => BrowserWindow | null
}

/** Answers the window's calls: one channel, one table. */
export function serveCalls(parts: IpcParts): void {
  const handlers = makeHandlers(parts)
  ipcMain.handle(CHANNELS.call, (event, name: unknown, args: unknown) => {
    if (isFromWindow(event, parts)) return answerCall(handlers, name, args)
    const error = new LabError('bad-input', "Expected a call from the lab's own window.")
    return { ok: false, error: toErrorInfo(error) }
  })
  // The window listens: it may have a port now.
  ipcMain.on(CHANNELS.port, (event) => {
    if (isFromWindow(event, parts)) parts.engine.connectWindow(event.sender)
  })
}

/** Tells the window, if there is one. */
export function sendToWindow<K extends MainEventName>(
  window: BrowserWindow | null,
  name: K,
  value: MainEvents[K],
): void {
  if (window !== null && !window.isDestroyed()) {
    window.webContents.send(CHANNELS.event, name, value)
  }
}

/** Only the main frame of our window, on our page, is answered. */
function isFromWindow(
  event: IpcMainInvokeEvent | IpcMainEvent,
  { window, pageUrl }: IpcParts,
): boolean {
  const contents = window()?.webContents
  const frame = event.senderFrame
  if (contents === undefined || event.sender !== contents || frame === null) return false
  return frame.parent === null && isOwnPage(frame.url, pageUrl)
}

function makeHandlers({
  info,
  picturesFolder,
  settings,
  runs,
  engine,
  window,
}: IpcParts): MainCallHandlers {
  const transfers = new RunTransfers(runs.runsFolder, (transfer) =>
    sendToWindow(window(), 'transfer', transfer),
  )
  const live = new LivePictures(picturesFolder)
  const watch = new PictureWatch({
    onPicture: (picture) => sendToWindow(window(), 'picture', picture),
    onEnd: (end) => sendToWindow(window(), 'watchEnded', end),
  })
  const keeper = new RunKeeper(runs.runsFolder, (path) => shell.trashItem(path))
  return {
    'app.info': () => info,
    'settings.get': () => settings.settings,
    'settings.set': (changes) => {
      const changed = settings.change(changes)
      nativeTheme.themeSource = changed.theme
      return changed
    },
    'dialog.openFolder': async ({ title }) =>
      openDialog(window(), { title, properties: ['openDirectory'] }),
    'dialog.openList': async () =>
      openDialog(window(), {
        title: 'Open a list of pictures',
        properties: ['openFile'],
        filters: [{ name: 'Lists', extensions: [...LIST_EXTENSIONS] }],
      }),
    'dialog.openImage': async () =>
      openDialog(window(), {
        title: 'Open an image',
        properties: ['openFile'],
        filters: [{ name: 'Images', extensions: IMAGE_EXTENSIONS }],
      }),
    'dialog.openWeights': async () =>
      openDialog(window(), {
        title: 'Import weights',
        properties: ['openFile'],
        filters: [{ name: 'Weights', extensions: WEIGHTS_EXTENSIONS }],
      }),
    'file.save': async ({ suggestedName, bytes }) => {
      const filePath = await saveDialog(window(), 'Export', suggestedName)
      if (filePath === null) return null
      await writeFile(filePath, bytes).catch((error: unknown) => {
        const reason = (error as NodeJS.ErrnoException).code ?? String(error)
        throw new LabError(
          'disk',
          `Expected to write ${filePath}; got ${reason}.`,
          'Save it elsewhere.',
        )
      })
      return filePath
    },
    'clipboard.write': async ({ text }) => {
      await clipboard.writeText(text)
      return null
    },
    // A promise from Electron 40 on, a string before.
    'clipboard.read': async () => (await clipboard.readText()).slice(0, MAX_TEXT_BYTES),
    'clipboard.paste': () => {
      window()?.webContents.paste()
      return null
    },
    'pictures.keep': ({ source, bytes }) => live.keep(source, bytes),
    'pictures.watch': async ({ folder }) => {
      await watch.follow(folder)
      return null
    },
    'file.openText': async ({ title, extension }) => {
      const path = await openDialog(window(), {
        title,
        properties: ['openFile'],
        filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
      })
      return path === null ? null : readTextFile(path)
    },
    'shell.reveal': ({ path }) => {
      revealPath(path)
      return null
    },
    'runs.list': () => runs.list(),
    'runs.curves': ({ folder }) => runs.readCurves(folder),
    'runs.rename': async ({ folder, name }) => {
      await keeper.rename(folder, name)
      return null
    },
    'runs.label': async ({ folder, labels }) => {
      await keeper.label(folder, labels)
      return null
    },
    'runs.trash': async ({ folder }) => {
      await keeper.trash(folder)
      return null
    },
    'runs.export': async ({ folder }) => {
      const file = await saveDialog(window(), 'Export run', `${basename(folder)}.tar`)
      return file === null ? null : transfers.export(folder, file)
    },
    'runs.import': async () => {
      const file = await openDialog(window(), {
        title: 'Import a run',
        properties: ['openFile'],
        filters: [{ name: 'Archives of runs', extensions: ['tar'] }],
      })
      return file === null ? null : transfers.import(file)
    },
    'runs.cancelTransfer': () => {
      transfers.cancel()
      return null
    },
    'engine.state': () => engine.state,
    'engine.restart': () => {
      engine.restart()
      return null
    },
  }
}

async function readTextFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > MAX_TEXT_BYTES) {
      throw new LabError(
        'bad-input',
        `Expected a text file of at most ${MAX_TEXT_BYTES} bytes; ${path} has ${size}.`,
        'Choose another file.',
      )
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof LabError) throw error
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new LabError(
      'unreadable',
      `Expected to read ${path}; got ${reason}.`,
      'Choose another file.',
    )
  }
}

async function saveDialog(
  owner: BrowserWindow | null,
  title: string,
  defaultPath: string,
): Promise<string | null> {
  const options = { title, defaultPath }
  const { canceled, filePath } = owner
    ? await dialog.showSaveDialog(owner, options)
    : await dialog.showSaveDialog(options)
  // Electron 22 tells no path as undefined, newer ones as ''.
  return canceled || !filePath ? null : filePath
}

async function openDialog(
  owner: BrowserWindow | null,
  options: Electron.OpenDialogOptions,
): Promise<string | null> {
  const { canceled, filePaths } = owner
    ? await dialog.showOpenDialog(owner, options)
    : await dialog.showOpenDialog(options)
  return canceled ? null : (filePaths[0] ?? null)
}
