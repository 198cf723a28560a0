import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, nativeTheme, type BrowserWindow } from 'electron'
import { isListPath } from '../shared/spec'
import { gatherAppInfo } from './app-info'
import { EngineHost } from './engine-process/engine-host'
import { EngineLog } from './engine-process/engine-log'
import { findEngineNode } from './engine-process/engine-node'
import { sendToWindow, serveCalls } from './ipc'
import { readLaunchArguments } from './window/launch-arguments'
import { setMenu } from './window/menu'
import { RunStore } from './runs/run-store'
import { SettingsStore } from './settings-store'
import { askToStopTraining, openWindow } from './window/window'

const hasAppFolder = (process as { defaultApp?: boolean }).defaultApp === true

app.setName('VGG Lab')
const userData = process.env.VGG_LAB_USER_DATA ?? join(app.getPath('appData'), 'VGG Lab')
// The path must be there before Electron takes it.
mkdirSync(userData, { recursive: true })
app.setPath('userData', userData)

if (app.requestSingleInstanceLock()) run()
else app.quit()

function run(): void {
  const launched = readLaunchArguments(process.argv, hasAppFolder, process.cwd())
  const folders = {
    app: app.getAppPath(),
    documents: app.getPath('documents'),
    home: app.getPath('home'),
  }
  const info = gatherAppInfo(folders, launched.tour)
  const settings = new SettingsStore(join(app.getPath('userData'), 'settings.json'))
  const pageUrl =
    process.env.ELECTRON_RENDERER_URL ??
    pathToFileURL(join(__dirname, '../renderer/index.html')).href
  let window: BrowserWindow | null = null
  /** What the first window is to open, once it listens. */
  let pathToOpen = launched.path

  const engine = new EngineHost({
    launch: {
      relayPath: join(__dirname, 'relay.cjs'),
      program: findEngineNode(),
      args: [join(__dirname, '../engine/cli.cjs'), 'engine', '--stdio'],
    },
    log: new EngineLog(join(app.getPath('userData'), 'engine.log')),
    settings: () => settings.settings.engine,
    onState: (state) => sendToWindow(window, 'engine', state),
  })

  const openPath = (path: string): void => {
    const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true
    const isData = !isFile || isListPath(path)
    sendToWindow(window, 'command', { name: isData ? 'open-folder' : 'open-image', path })
  }

  const showWindow = (): void => {
    const opened = openWindow({
      preloadPath: join(__dirname, '../preload/index.cjs'),
      iconPath: join(folders.app, 'resources/icon.png'),
      pageUrl,
      settings,
    })
    window = opened
    guardClosing(opened, engine)
    // Loading TensorFlow keeps a core busy for a second: the first paint goes before it.
    opened.once('ready-to-show', () => engine.start())
    opened.webContents.on('did-finish-load', () => {
      if (pathToOpen !== null) openPath(pathToOpen)
      pathToOpen = null
    })
    opened.on('closed', () => {
      window = null
      engine.forgetWindow()
    })
  }

  app.on('second-instance', (_event, argv, workingFolder) => {
    if (window === null) return
    if (window.isMinimized()) window.restore()
    window.focus()
    const { path } = readLaunchArguments(argv, hasAppFolder, workingFolder)
    if (path !== null) openPath(path)
  })
  app.on('window-all-closed', () => app.quit())
  let isEngineStopped = false
  app.on('will-quit', (event) => {
    if (isEngineStopped) return
    event.preventDefault()
    void engine.stop().finally(() => {
      isEngineStopped = true
      app.quit()
    })
  })

  void app.whenReady().then(() => {
    nativeTheme.themeSource = settings.settings.theme
    serveCalls({
      info,
      picturesFolder: join(app.getPath('userData'), 'pictures'),
      pageUrl,
      settings,
      runs: new RunStore(info.runsFolder),
      engine,
      window: () => window,
    })
    setMenu((command) => sendToWindow(window, 'command', command))
    showWindow()
  })
}

/** Closing over a run asks, once at a time; what was answered holds. */
function guardClosing(window: BrowserWindow, engine: EngineHost): void {
  let isAsking = false
  let mayClose = false
  window.on('close', (event) => {
    if (mayClose || !engine.isTraining) return
    event.preventDefault()
    if (isAsking) return
    isAsking = true
    void askToStopTraining(window).then((isAgreed) => {
      isAsking = false
      mayClose = isAgreed
      if (isAgreed) window.close()
    })
  })
}
