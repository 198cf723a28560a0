import { BrowserWindow, dialog, nativeTheme, screen, session, shell } from 'electron'
import type { SettingsStore, WindowBounds } from '../settings-store'

const DEFAULT_SIZE = { width: 1280, height: 860 } as const
const MIN_SIZE = { minWidth: 1024, minHeight: 700 } as const

/** `--bg` of the renderer's tokens: what is there before the first paint. */
const BACKGROUND = { light: '#f4f5f6', dark: '#15181b' } as const

export interface WindowOptions {
  readonly preloadPath: string
  readonly iconPath: string
  /** `file:` URL of the built page, or the development server's. */
  readonly pageUrl: string
  readonly settings: SettingsStore
}

/** The one window: sandboxed, alone with its own page. */
export function openWindow({
  preloadPath,
  iconPath,
  pageUrl,
  settings,
}: WindowOptions): BrowserWindow {
  const bounds = fitToScreen(settings.windowBounds)
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...bounds,
    ...MIN_SIZE,
    show: false,
    title: 'VGG Lab',
    icon: iconPath,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  if (settings.windowBounds?.isMaximized === true) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    const { x, y, width, height } = window.getNormalBounds()
    settings.keepWindowBounds({ x, y, width, height, isMaximized: window.isMaximized() })
  })
  confine(window, pageUrl)
  void window.loadURL(pageUrl)
  return window
}

/** Putting text and pictures into the clipboard. */
const COPYING = 'clipboard-sanitized-write'

/** Nothing but the lab's own page, and of the powers that pages ask for only two. */
function confine(window: BrowserWindow, pageUrl: string): void {
  const { webContents } = window
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  webContents.on('will-navigate', (event, url) => {
    // Reloading the page is no way out of it.
    if (!isOwnPage(url, pageUrl)) event.preventDefault()
  })
  // The camera, when somebody starts it in Inspect; never the microphone.
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : []
    const isCamera = media.length > 0 && media.every((kind) => kind === 'video')
    answer(permission === COPYING || (permission === 'media' && isCamera))
  })
  session.defaultSession.setPermissionCheckHandler(
    (_contents, permission, _origin, details) =>
      permission === COPYING || (permission === 'media' && details.mediaType === 'video'),
  )
}

/** Whether a URL is the lab's page; what follows a `#` or `?` does not matter. */
export function isOwnPage(url: string, pageUrl: string): boolean {
  return url.split(/[?#]/, 1)[0] === pageUrl.split(/[?#]/, 1)[0]
}

/** Remembered bounds, unless the screen that they were on is gone. */
function fitToScreen(bounds: WindowBounds | null): Partial<Electron.Rectangle> {
  if (bounds === null) return {}
  const { x, y, width, height } = bounds
  if (x === undefined || y === undefined) return { width, height }
  const isVisible = screen.getAllDisplays().some(({ workArea }) => {
    const reachesX = x < workArea.x + workArea.width && x + width > workArea.x
    return reachesX && y < workArea.y + workArea.height && y >= workArea.y
  })
  return isVisible ? { x, y, width, height } : { width, height }
}

/** Asks whether a run in training may be stopped for the sake of closing. */
export async function askToStopTraining(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'A run is in training.',
    detail:
      'Stop it and quit? Its progress is first saved to a checkpoint, which can take a few seconds; the run can be continued after the next start.',
    buttons: ['Stop and quit', 'Keep training'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  })
  return response === 0
}

/** Shows a file or folder in the system's file manager. */
export function revealPath(path: string): void {
  shell.showItemInFolder(path)
}
