import {
  app,
  MessageChannelMain,
  utilityProcess,
  type Details,
  type UtilityProcess,
  type WebContents,
} from 'electron'
import {
  CHANNELS,
  LabError,
  toErrorInfo,
  type EngineState,
  type EngineToMain,
  type ErrorInfo,
  type MainToEngine,
} from '../shared/contract'
import { countMemoryKills, explainEngineExit, nameSignal } from './engine-exit'
import { writeEngineEnvironment, type EngineSettings } from '../shared/spec'
import type { EngineLog } from './engine-log'
import { readRunStanding } from './run-standing'

/** An engine that dies sooner than this after its start counts as a failed start. */
const FAST_FAILURE_MS = 15_000
/** Waits before each new start; after as many failed starts in a row, the user is asked. */
const RESTART_DELAYS_MS = [0, 1000] as const
const SHUTDOWN_MS = 12_000
/** The system's word on how the process ended comes a few milliseconds after its exit event. */
const WORD_MS = 1000

/** Name of the process in the system's lists and in `app.getAppMetrics()`. */
export const ENGINE_SERVICE_NAME = 'VGG Lab engine'

/** Whom the host tells. */
export interface EngineHostOptions {
  /** The engine's bundle, absolute. */
  readonly modulePath: string
  readonly log: EngineLog
  /** What the next start is to take. */
  readonly settings: () => EngineSettings
  readonly onState: (state: EngineState) => void
}

/**
 * The engine's process: starts it, starts it again when it dies, and gives windows ports to it.
 * Main itself never loads TensorFlow, so whatever happens in native code happens over there.
 */
export class EngineHost {
  #process: UtilityProcess | null = null
  #state: EngineState = { state: 'starting' }
  #window: WebContents | null = null
  #startedMs = 0
  /** Processes that the system had ended for want of memory when the engine started. */
  #memoryKills: number | null = null
  #failedStarts = 0
  #isStopping = false
  #timer: NodeJS.Timeout | null = null
  #trainingRun: string | null = null
  #isTraining = false

  constructor(private readonly options: EngineHostOptions) {}

  get state(): EngineState {
    return this.#state
  }

  /** Whether a run is in training, paused or ending. */
  get isTraining(): boolean {
    return this.#isTraining
  }

  /** Starts the engine; does nothing while one is there. */
  start(): void {
    if (this.#process !== null || this.#isStopping) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#startedMs = performance.now()
    this.#memoryKills = countMemoryKills()
    this.#setState({ state: 'starting' })
    let child: UtilityProcess
    try {
      child = this.#fork()
    } catch (error) {
      this.#setState({ state: 'failed', error: toErrorInfo(error) })
      return
    }
    this.#process = child
    child.on('message', (message: EngineToMain) => {
      if (this.#process === child) this.#receive(message)
    })
    child.once('exit', (code) => void this.#onExit(child, code))
    if (this.#window !== null) this.connectWindow(this.#window)
  }

  /**
   * Starts anew at the user's wish: after failures, or with other settings.
   * @throws LabError `busy` while a run trains.
   */
  restart(): void {
    if (this.#isTraining) {
      throw new LabError(
        'busy',
        'Expected no run in training when the engine is started again; one is.',
        'Stop the run first: it can go on afterwards.',
      )
    }
    this.#failedStarts = 0
    const child = this.#process
    this.#process = null
    if (child !== null) killHard(child)
    this.start()
  }

  /** Hands a window that listens a port to the engine; a window that loads again gets a new one. */
  connectWindow(window: WebContents): void {
    this.#window = window
    if (this.#process === null) return
    const { port1, port2 } = new MessageChannelMain()
    const message: MainToEngine = { type: 'port' }
    this.#process.postMessage(message, [port1])
    window.postMessage(CHANNELS.port, null, [port2])
  }

  forgetWindow(): void {
    this.#window = null
  }

  /** Ends the engine for good; a run in training is stopped in order first. */
  async stop(): Promise<void> {
    this.#isStopping = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    const child = this.#process
    if (child === null) return
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    if (this.#isTraining) {
      const message: MainToEngine = { type: 'shutdown' }
      child.postMessage(message)
      const timer = setTimeout(() => killHard(child), SHUTDOWN_MS)
      await exited
      clearTimeout(timer)
    } else {
      killHard(child)
      await exited
    }
  }

  #fork(): UtilityProcess {
    const child = utilityProcess.fork(this.options.modulePath, [], {
      serviceName: ENGINE_SERVICE_NAME,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...writeEngineEnvironment(this.options.settings()),
        // Errors only: the notes on CPU features would drown what matters in the log.
        TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2',
        // One session would else take all of a GPU's memory.
        TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      },
    })
    this.options.log.follow(child.stdout)
    this.options.log.follow(child.stderr)
    return child
  }

  #receive(message: EngineToMain): void {
    switch (message.type) {
      case 'ready': {
        const startMs = performance.now() - this.#startedMs
        this.#setState({ state: 'ready', device: message.device, startMs })
        break
      }
      case 'failed':
        // It is there but can do nothing: no use in trying again by itself.
        this.#dismiss(message.error)
        break
      case 'training':
        this.#isTraining = message.active
        this.#trainingRun = message.active ? message.runFolder : null
        break
    }
  }

  #dismiss(error: ErrorInfo): void {
    const child = this.#process
    this.#process = null
    if (child !== null) killHard(child)
    this.#setState({ state: 'failed', error })
  }

  async #onExit(child: UtilityProcess, exitCode: number): Promise<void> {
    if (this.#process !== child) return
    this.#process = null
    const runFolder = this.#trainingRun
    this.#isTraining = false
    this.#trainingRun = null
    if (this.#isStopping) return
    // A process that was killed often tells 0 (electron/electron#42283); the engine never ends so.
    const code = exitCode === 0 ? await findEndCode() : exitCode
    this.#explainEnd(code, runFolder)
  }

  #explainEnd(code: number, runFolder: string | null): void {
    // Meanwhile the app may have begun to close, or the user started the engine.
    if (this.#isStopping || this.#process !== null) return
    const kills = countMemoryKills()
    const wasAnyKilled = kills !== null && kills > (this.#memoryKills ?? kills)
    const exit = explainEngineExit({
      code,
      // Chromium tells a signal as its number.
      signal: nameSignal(code),
      log: this.options.log.lastLines,
      wasAnyKilled,
      lastAsked: null,
    })
    const { reason } = exit
    const standing = runFolder === null ? null : readRunStanding(runFolder)
    this.#setState({ state: 'gone', ...exit, runFolder, standing })
    const wasFast = performance.now() - this.#startedMs < FAST_FAILURE_MS
    this.#failedStarts = wasFast && runFolder === null ? this.#failedStarts + 1 : 1
    const delayMs = RESTART_DELAYS_MS[this.#failedStarts - 1]
    if (delayMs === undefined) {
      this.#setState({
        state: 'failed',
        error: {
          code: 'engine-gone',
          message: `${reason}, ${this.#failedStarts} times in a row.`,
          hint: `Its log is ${this.options.log.path}; \`npx vgg-lab doctor\` checks the set-up.`,
        },
      })
      return
    }
    this.#timer = setTimeout(() => this.start(), delayMs)
  }

  #setState(state: EngineState): void {
    this.#state = state
    this.options.onState(state)
  }
}

/** How the engine ended in the system's own words; 0 where it says nothing. */
function findEndCode(): Promise<number> {
  return new Promise((resolve) => {
    const end = (code: number): void => {
      clearTimeout(timer)
      app.off('child-process-gone', listen)
      resolve(code)
    }
    const listen = (_event: unknown, { name, exitCode }: Details): void => {
      if (name === ENGINE_SERVICE_NAME) end(exitCode)
    }
    const timer = setTimeout(end, WORD_MS, 0)
    app.on('child-process-gone', listen)
  })
}

/** The system's SIGKILL: a session call that blocks the engine's thread holds up every softer way. */
function killHard(child: UtilityProcess): void {
  if (child.pid === undefined) {
    child.kill()
    return
  }
  try {
    process.kill(child.pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
