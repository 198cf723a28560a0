import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import type { EngineCallName, EngineCalls, FromEngine, LabBridge } from '../src/shared/contract'
import { isolateLab, readAppFacts } from './app-facts'

/** The parts of the page's globals that are used inside `evaluate`. */
interface LabPage {
  /** What reads the window's port to the engine, and is asked as the port would be. */
  benchRelay?: Worker
  benchCalls?: number
  /** Why the engine is gone: whatever it is asked after that is asked of another one. */
  benchGone?: string
  /** Gives up a call that waits for an engine that is gone. */
  benchGiveUp?: (error: Error) => void
  readonly lab: LabBridge
}

/** Delays in milliseconds over a stretch of time. */
export interface Delays {
  readonly p99Ms: number
  readonly maxMs: number
}

/** Processor time that processes of the application have taken since they began. */
export interface ProcessTimes {
  readonly atMs: number
  readonly rendererMs: number
  /** The process that composes the window and hands it to the screen, with or without a GPU. */
  readonly gpuMs: number
  readonly mainMs: number
}

/** The lab under Playwright, with the window's own port to the engine to ask by. */
export class LabWindow {
  readonly #app: ElectronApplication
  readonly #page: Page

  private constructor(
    app: ElectronApplication,
    page: Page,
    readonly runsFolder: string,
  ) {
    this.#app = app
    this.#page = page
  }

  static async open(): Promise<LabWindow> {
    const { executable, switches } = readAppFacts()
    const environment = isolateLab()
    const app = await _electron.launch({
      executablePath: executable,
      args: [...switches, process.cwd()],
      cwd: process.cwd(),
      env: environment as Record<string, string>,
    })
    const page = await app.firstWindow()
    // The port goes to a worker of the window (`lib/engine-relay.ts`): the page is loaded again with
    // an ear of ours on that one.
    await page.addInitScript(() => {
      globalThis.Worker = class extends Worker {
        constructor(url: string | URL, options?: WorkerOptions) {
          super(url, options)
          const isRelay = String(url).includes('engine-relay')
          if (isRelay) (globalThis as unknown as LabPage).benchRelay = this
        }
      }
    })
    await page.reload()
    await page.waitForFunction(() => (globalThis as unknown as LabPage).benchRelay !== undefined)
    await page.evaluate(() => {
      const window = globalThis as unknown as LabPage
      window.lab.on('engine', (engine) => {
        if (engine.state === 'gone') window.benchGone ??= engine.reason
        if (engine.state === 'failed') window.benchGone ??= engine.error.message
        if (window.benchGone !== undefined) window.benchGiveUp?.(new Error(window.benchGone))
      })
    })
    return new LabWindow(app, page, environment.VGG_LAB_RUNS)
  }

  /**
   * Calls the engine from the window; the time is the window's, from the call to the answer.
   * @throws Error with the engine's own words, or with the reason once it is gone
   */
  async call<K extends EngineCallName>(
    name: K,
    args: EngineCalls[K]['args'],
  ): Promise<{ ms: number; value: EngineCalls[K]['result'] }> {
    const answer = await this.#page.evaluate(
      async ({ name, args }) => {
        const window = globalThis as unknown as LabPage
        const relay = window.benchRelay
        if (window.benchGone !== undefined) throw new Error(window.benchGone)
        if (relay === undefined) throw new Error('The window has no port to the engine.')
        // Far from the ids that the window's own calls have.
        const id = 1e9 + (window.benchCalls = (window.benchCalls ?? 0) + 1)
        const start = performance.now()
        const message = await new Promise<FromEngine & { type: 'reply' }>((resolve, reject) => {
          window.benchGiveUp = reject
          const listen = ({ data }: MessageEvent<FromEngine>) => {
            if (data.type !== 'reply' || data.id !== id) return
            relay.removeEventListener('message', listen)
            resolve(data)
          }
          relay.addEventListener('message', listen)
          relay.postMessage({ type: 'call', id, name, args })
        })
        const ms = performance.now() - start
        if (!message.reply.ok) throw new Error(message.reply.error.message)
        const value = message.reply.value as Record<string, unknown> | null
        // Megabytes of activations need not cross into the bench.
        return { ms, value: value && 'data' in value ? { ...value, data: null } : value }
      },
      { name, args },
    )
    return answer as { ms: number; value: EngineCalls[K]['result'] }
  }

  /** Process id of the engine; it must be ready. */
  async findEnginePid(): Promise<number> {
    const reply = await this.#page.evaluate(() =>
      (globalThis as unknown as LabPage).lab.call('engine.state', {}),
    )
    if (reply.ok && reply.value.state === 'ready') return reply.value.pid
    throw new Error(`Expected an engine that is ready; got ${JSON.stringify(reply)}.`)
  }

  /** Opens the sample data in the window; returns its folder. */
  async openSample(): Promise<string> {
    await this.#page.getByText('Engine ready').waitFor()
    await this.show('Data')
    await this.#page.getByRole('button', { name: 'Use sample data' }).click()
    await this.#page
      .getByText(/\d+ pictures in \d+ classes/)
      .first()
      .waitFor()
    return await this.#page.getByLabel('Dataset folder').first().inputValue()
  }

  /**
   * Clicks the n-th picture in Inspect; the time is the page's, from the click to the frame after
   * the one in which all that is shown of it was drawn.
   */
  async choosePicture(index: number): Promise<{ file: string; ms: number }> {
    await this.show('Inspect')
    const pictures = this.#page.getByRole('group', { name: 'Pictures of the data set' })
    await pictures.getByRole('button').nth(index).waitFor()
    return await pictures.evaluate(async (group, index) => {
      const nextFrame = () => new Promise(requestAnimationFrame)
      const view = group.closest('.view')
      const isAnswered = () => view?.querySelector('ol[aria-label="Predictions"]') !== null
      const button = group.querySelectorAll('button')[index]
      await nextFrame()
      const start = performance.now()
      button?.click()
      do await nextFrame()
      while (!isAnswered())
      await nextFrame()
      const ms = performance.now() - start
      const file = view?.querySelector('.file')?.getAttribute('title') ?? ''
      return { file, ms }
    }, index)
  }

  /** Shows a view by its name in the navigation. */
  async show(view: string): Promise<void> {
    const views = this.#page.getByRole('navigation', { name: 'Views' })
    await views.getByRole('button', { name: view }).click()
  }

  /** Watches both event loops for a while. */
  async watch(seconds: number): Promise<{ main: Delays; frames: Delays }> {
    await this.#app.evaluate(() => {
      // Node 16, which the fallback Electron carries, has no process.getBuiltinModule.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      const hooks: unknown = process.mainModule?.require('node:perf_hooks')
      const { monitorEventLoopDelay } = hooks as typeof import('node:perf_hooks')
      const histogram = monitorEventLoopDelay({ resolution: 1 })
      histogram.enable()
      Object.assign(globalThis, { benchDelay: histogram })
    })
    const frames = await this.#page.evaluate(async (lengthMs) => {
      const gaps: number[] = []
      const start = performance.now()
      let last = NaN
      await new Promise<void>((resolve) => {
        const tick = (now: number) => {
          if (!Number.isNaN(last)) gaps.push(now - last)
          last = now
          if (now - start < lengthMs) requestAnimationFrame(tick)
          else resolve()
        }
        requestAnimationFrame(tick)
      })
      gaps.sort((a, b) => a - b)
      return {
        p99Ms: gaps[Math.floor((gaps.length - 1) * 0.99)] ?? NaN,
        maxMs: gaps[gaps.length - 1] ?? NaN,
      }
    }, seconds * 1000)
    const main = await this.#app.evaluate(() => {
      const { benchDelay } = globalThis as unknown as {
        benchDelay: import('node:perf_hooks').IntervalHistogram
      }
      benchDelay.disable()
      return { p99Ms: benchDelay.percentile(99) / 1e6, maxMs: benchDelay.max / 1e6 }
    })
    return { main, frames }
  }

  async close(): Promise<void> {
    // Main asks before it closes over a run; the bench has stopped it before.
    const process = this.#app.process()
    const timer = setTimeout(() => process.kill('SIGKILL'), 10_000)
    await this.#app.close().catch(() => undefined)
    clearTimeout(timer)
  }

  /** Clicks what a person would in the view that is shown, by its name. */
  async click(name: string): Promise<void> {
    const view = this.#page.locator('main > .view:not([hidden])')
    const named = view.getByText(name, { exact: true })
    await named.first().click()
  }

  /** Shows the window or takes it off the screen. */
  async setVisible(isVisible: boolean): Promise<void> {
    await this.#app.evaluate(({ BrowserWindow }, isVisible) => {
      const [window] = BrowserWindow.getAllWindows()
      if (isVisible) window?.show()
      else window?.hide()
    }, isVisible)
    // Playwright holds its pages visible: the page is told as Chromium tells it otherwise.
    await this.#page.evaluate((isHidden) => {
      Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, !isVisible)
  }

  /** Processor time by process. Linux only: it is read from /proc. */
  async readTimes(): Promise<ProcessTimes> {
    const metrics = await this.#app.evaluate(({ app }) => app.getAppMetrics())
    const sum = (type: string) =>
      metrics.reduce((ms, one) => (one.type === type ? ms + readProcessorMs(one.pid) : ms), 0)
    return {
      atMs: performance.now(),
      rendererMs: sum('Tab'),
      gpuMs: sum('GPU'),
      mainMs: sum('Browser'),
    }
  }

  /** What the page holds once its garbage is gone. */
  async readPageSize(): Promise<{ nodes: number; heapBytes: number }> {
    const session = await this.#page.context().newCDPSession(this.#page)
    await session.send('HeapProfiler.collectGarbage')
    const { nodes } = await session.send('Memory.getDOMCounters')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    await session.detach()
    return { nodes, heapBytes: usedSize }
  }
}

/** User and system time of a process, of all of its threads. */
function readProcessorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, which may hold anything, is in the parentheses; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000
}

let ticksPerSecond: number | undefined
