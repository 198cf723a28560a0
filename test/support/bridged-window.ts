import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize, resolve } from 'node:path'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { answerCall, type MainCallHandlers } from '../../src/main/call-answers'
import { LivePictures } from '../../src/main/pictures/live-pictures'
import { RunStore } from '../../src/main/runs/run-store'
import { SettingsStore } from '../../src/main/settings-store'
import { BridgedEngine } from './bridged-engine'
import { installBridge, type PageMessage } from './bridged-page'

const ROOT = resolve(import.meta.dirname, '../..')
const PAGE_FOLDER = join(ROOT, 'out/renderer')
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The built renderer in the Chromium of the system, on the built engine, without Electron. */
export class BridgedWindow {
  readonly faults: string[] = []
  /** What the next dialog answers. */
  chosenFile: string | null = null
  readonly #folder = mkdtempSync(join(tmpdir(), 'vgg-lab-chromium-'))
  readonly runsFolder = join(this.#folder, 'runs')
  readonly sampleFolder = join(this.#folder, 'sample')
  #engine: BridgedEngine | undefined
  #browser: Browser | undefined
  #server: Server | undefined
  #page: Page | undefined
  #outbox: PageMessage[] = []
  #clipboard = ''
  #isSending = false

  get page(): Page {
    if (this.#page === undefined) throw new Error('Expected an opened window; call open first.')
    return this.#page
  }

  /** Version of the browser: "140.0.7339.80". */
  get version(): string {
    return this.#browser?.version() ?? ''
  }

  async open(): Promise<void> {
    const engine = new BridgedEngine({
      onState: (value) => this.#post({ type: 'event', name: 'engine', value }),
      onMessage: (body) => this.#post({ type: 'engine', body }),
    })
    this.#engine = engine
    this.#browser = await chromium.launch({
      executablePath: process.env.VGG_LAB_CHROMIUM ?? '/usr/bin/chromium',
      headless: true,
      args: SWITCHES,
    })
    const url = await this.#serve()
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 860 } })
    const page = await context.newPage()
    this.#page = page
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text())
    })
    page.on('pageerror', (error) => this.faults.push(error.message))
    const handlers = this.#makeHandlers(engine)
    await page.exposeFunction('labCall', (name: string, args: unknown) =>
      answerCall(handlers, name, args),
    )
    await page.exposeFunction('labReady', () => engine.openPort())
    await page.exposeFunction('labToEngine', (body: Uint8Array) => engine.send(body))
    await page.addInitScript(installBridge)
    await page.goto(url)
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** The view that is shown; the others are kept in the page, hidden. */
  get view(): Locator {
    return this.page.locator('main > .view:not([hidden])')
  }

  async show(view: string): Promise<void> {
    const views = this.page.getByRole('navigation', { name: 'Views' })
    await views.getByRole('button', { name: view }).click()
  }

  async close(): Promise<void> {
    await this.#browser?.close()
    await this.#engine?.close()
    this.#server?.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** The real stores; only what Electron alone can do has a fixed answer. */
  #makeHandlers(engine: BridgedEngine): MainCallHandlers {
    const settings = new SettingsStore(join(this.#folder, 'settings.json'))
    const runs = new RunStore(this.runsFolder)
    const live = new LivePictures(join(this.#folder, 'pictures'))
    return {
      'app.info': () => ({
        version: '0.0.0',
        electron: '',
        chromium: this.version,
        node: process.versions.node,
        runtimeWarning: null,
        runsFolder: this.runsFolder,
        sampleFolder: this.sampleFolder,
        memoryBytes: 8e9,
        tour: false,
      }),
      'settings.get': () => settings.settings,
      'settings.set': (changes) => settings.change(changes),
      'dialog.openFolder': () => this.chosenFile,
      'dialog.openList': () => this.chosenFile,
      'dialog.openImage': () => this.chosenFile,
      'dialog.openWeights': () => this.chosenFile,
      'dialog.saveFile': () => this.chosenFile,
      'clipboard.paste': () => null,
      'pictures.keep': ({ source, bytes }) => live.keep(source, bytes),
      'pictures.watch': () => null,
      'file.save': () => null,
      'file.savePdf': () => null,
      'file.exists': ({ path }) => existsSync(path),
      'shell.reveal': () => null,
      'runs.list': () => runs.list(),
      'runs.curves': ({ folder }) => runs.readCurves(folder),
      'runs.rename': () => null,
      'runs.label': () => null,
      'runs.trash': () => null,
      'runs.export': () => null,
      'runs.import': () => null,
      'runs.cancelTransfer': () => null,
      'engine.state': () => engine.state,
      'clipboard.write': ({ text }) => {
        this.#clipboard = text
        return null
      },
      'clipboard.read': () => this.#clipboard,
      'file.openText': () => null,
      'engine.restart': () => null,
    }
  }

  /** Sends in order; what comes while a call is under way goes together with the next. */
  #post(message: PageMessage): void {
    this.#outbox.push(message)
    if (this.#isSending || this.#page === undefined) return
    this.#isSending = true
    void this.#drain().finally(() => (this.#isSending = false))
  }

  async #drain(): Promise<void> {
    while (this.#outbox.length > 0) {
      const messages = this.#outbox.splice(0)
      await this.page
        .evaluate((sent) => window.labDeliver?.(sent), messages)
        // The page is closing, or is being loaded anew and will ask again.
        .catch(() => undefined)
    }
  }

  /** Serves the built page on this machine alone. */
  async #serve(): Promise<string> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname
      const file = join(PAGE_FOLDER, normalize(path === '/' ? '/index.html' : path))
      try {
        const body = readFileSync(file)
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' })
        response.end(body)
      } catch {
        response.writeHead(path === '/favicon.ico' ? 204 : 404).end()
      }
    })
    this.#server = server
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }
}
