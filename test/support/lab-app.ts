import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Locator, type Page } from 'playwright-core'

const ROOT = resolve(import.meta.dirname, '../..')

/** Where the set-up says that Electron lies. */
export function findElectron(): string {
  const file = join(ROOT, 'node_modules/.vgg-lab/runtime.json')
  const runtime = JSON.parse(readFileSync(file, 'utf8')) as { electron: { path: string } }
  return runtime.electron.path
}

function makeArguments(args: readonly string[]): string[] {
  const isRoot = process.getuid?.() === 0
  return [...(isRoot ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', ROOT, ...args]
}

function makeEnvironment(home: LabHome): Record<string, string> {
  const environment = process.env as Record<string, string>
  return {
    ...environment,
    VGG_LAB_NODE: process.execPath,
    VGG_LAB_USER_DATA: home.userData,
    VGG_LAB_RUNS: home.runs,
  }
}

/** Folders of one test's lab: settings, runs and sample data outlive a restart of the app. */
export class LabHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'vgg-lab-e2e-'))
  readonly userData = join(this.folder, 'user')
  readonly runs = join(this.folder, 'runs')

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The built app in a real window, driven as a person would. */
export class LabApp {
  /** Asked for at the start: Playwright no longer knows it once it has ended. */
  readonly #child: ChildProcess
  private constructor(
    readonly app: ElectronApplication,
    readonly page: Page,
    /** What the window's console said as an error, and what it threw. */
    readonly faults: readonly string[],
  ) {
    this.#child = app.process()
  }

  static async launch(home: LabHome, args: readonly string[] = []): Promise<LabApp> {
    const app = await _electron.launch({
      executablePath: findElectron(),
      args: makeArguments(args),
      cwd: ROOT,
      env: makeEnvironment(home),
    })
    const page = await app.firstWindow()
    const faults: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(error.message))
    return new LabApp(app, page, faults)
  }

  /** Starts the app once more on the same settings; resolves to its exit code when it has ended. */
  static startAgain(home: LabHome, args: readonly string[]): Promise<number | null> {
    const child = spawn(findElectron(), makeArguments(args), {
      cwd: ROOT,
      env: makeEnvironment(home),
      stdio: 'ignore',
    })
    return new Promise((done, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => done(code))
    })
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

  get trainingStatus(): Locator {
    return this.page.getByRole('status', { name: 'Training status' })
  }

  /** Process id of the engine, once it is ready. */
  async findEnginePid(): Promise<number> {
    for (;;) {
      const reply = await this.page.evaluate(() => window.lab.call('engine.state', {}))
      if (!reply.ok) throw new Error(reply.error.message)
      if (reply.value.state === 'ready') return reply.value.pid
      if (reply.value.state === 'failed') throw new Error(reply.value.error.message)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Answers the system's next dialogs, which a test cannot click. */
  async chooseInDialogs(path: string): Promise<void> {
    await this.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, path)
  }

  /** Answers the system's next dialogs that ask where to save. */
  async saveInDialogs(path: string): Promise<void> {
    await this.app.evaluate(({ dialog }, chosen) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })
    }, path)
  }

  /** Ends the app without its question: what a test leaves is ended with it. */
  async close(): Promise<void> {
    const gone = this.#whenGone()
    await this.app.evaluate(({ app }) => app.exit(0)).catch(() => undefined)
    await gone
  }

  /** Kills the app and its engine as a power cut would: nothing is put in order. */
  async kill(): Promise<void> {
    const gone = this.#whenGone()
    process.kill(await this.findEnginePid(), 'SIGKILL')
    this.#child.kill('SIGKILL')
    await gone
  }

  #whenGone(): Promise<void> {
    const child = this.#child
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
    return new Promise((done) => child.once('exit', () => done()))
  }
}
