import type { WebContents } from 'electron'
import {
  LabError,
  toErrorInfo,
  type EngineState,
  type EngineToMain,
  type ErrorInfo,
} from '../../shared/contract'
import { writeEngineEnvironment, type EngineSettings } from '../../shared/spec'
import { countMemoryKills, describeWork, explainEngineExit } from './engine-exit'
import type { EngineLog } from './engine-log'
import { EngineProcess, type ProgramEnd, type EngineLaunch } from './engine-process'
import { readResumePoint } from './resume-point'

/** An engine that dies sooner than this after its start counts as a failed start. */
const FAST_FAILURE_MS = 15_000
/** Waits before each new start; after as many failed starts in a row, the user is asked. */
const RESTART_DELAYS_MS = [0, 1000] as const
/** Longer than the engine's own limit: a checkpoint of a full-size network takes many seconds. */
const SHUTDOWN_MS = 65_000

/** Receives the events of the host. */
export interface EngineHostOptions {
  /** What starts an engine, but for its settings. */
  readonly launch: Pick<EngineLaunch, 'relayPath' | 'program' | 'args'>
  readonly log: EngineLog
  /** What the next start is to take. */
  readonly settings: () => EngineSettings
  readonly onState: (state: EngineState) => void
}

/**
 * The engine's process: starts it, starts it again when it dies, and gives windows ports to it.
 * Main itself never loads TensorFlow, so a crash in native code does not end it.
 */
export class EngineHost {
  #process: EngineProcess | null = null
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
  /** The call that the engine is at, in words. */
  #asked: string | null = null
  /** Resolves a stop once the engine has ended. */
  #onStopped: (() => void) | null = null

  readonly #options: EngineHostOptions

  constructor(options: EngineHostOptions) {
    this.#options = options
  }

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
    this.#asked = null
    this.#options.log.begin()
    this.#setState({ state: 'starting' })
    try {
      this.#process = this.#launch()
    } catch (error) {
      this.#setState({ state: 'failed', error: toErrorInfo(error) })
      return
    }
    if (this.#window !== null) this.connectWindow(this.#window)
  }

  /**
   * Restarts at the user's wish: after failures, or with other settings.
   * @throws LabError `busy` while a run trains.
   */
  restart(): void {
    if (this.#isTraining) {
      throw new LabError(
        'busy',
        'Expected no run in training when the engine restarts; there is one.',
        'Stop the run first: it can be continued afterwards.',
      )
    }
    this.#failedStarts = 0
    this.#drop()
    this.start()
  }

  /** Hands a window that listens a port to the engine; a window that loads again gets a new one. */
  connectWindow(window: WebContents): void {
    this.#window = window
    this.#process?.connectWindow(window)
  }

  forgetWindow(): void {
    this.#window = null
  }

  /** Ends the engine for good; a run in training is stopped in order first. */
  async stop(): Promise<void> {
    this.#isStopping = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    const engine = this.#process
    if (engine === null) return
    const stopped = new Promise<void>((resolve) => (this.#onStopped = resolve))
    if (this.#isTraining) engine.send({ type: 'shutdown' })
    else engine.kill()
    const timer = setTimeout(() => engine.kill(), SHUTDOWN_MS)
    await stopped
    clearTimeout(timer)
  }

  #launch(): EngineProcess {
    const { launch, log, settings } = this.#options
    const environment = { ...process.env, ...writeEngineEnvironment(settings()) }
    let fault: string | null = null
    const engine = new EngineProcess(
      { ...launch, logPath: log.path, environment },
      {
        onMessage: (message) => {
          if (this.#process === engine) this.#receive(engine, message)
        },
        onFault: (message) => (fault = message),
        onEnd: (end) => {
          if (this.#process === engine) this.#onEnd(end, fault)
        },
      },
    )
    return engine
  }

  #receive(engine: EngineProcess, message: EngineToMain): void {
    switch (message.type) {
      case 'ready': {
        const startMs = performance.now() - this.#startedMs
        const pid = engine.pid ?? 0
        this.#setState({ state: 'ready', device: message.device, startMs, pid })
        break
      }
      case 'failed':
        // It is there but can do nothing: no use in trying again by itself.
        this.#drop()
        this.#setState({ state: 'failed', error: message.error })
        break
      case 'training':
        this.#isTraining = message.active
        this.#trainingRun = message.active ? message.runFolder : null
        break
      case 'asked':
        this.#asked = message.work
        break
    }
  }

  #drop(): void {
    const engine = this.#process
    this.#process = null
    engine?.kill()
  }

  #onEnd(end: ProgramEnd, fault: string | null): void {
    this.#process = null
    const runFolder = this.#trainingRun
    this.#isTraining = false
    this.#trainingRun = null
    this.#onStopped?.()
    // Meanwhile the app may have begun to close.
    if (this.#isStopping) return
    const kills = countMemoryKills()
    const wasAnyKilled = kills !== null && kills > (this.#memoryKills ?? kills)
    const log = fault === null ? this.#options.log.readLast() : [fault]
    const lastAsked = describeWork(this.#asked, runFolder)
    const isUnknown = end.code === null && end.signal === null
    const exit =
      isUnknown && fault !== null
        ? { reason: `The engine cannot be reached: ${fault}`, isOutOfMemory: false }
        : explainEngineExit({ ...end, log, wasAnyKilled, lastAsked })
    const standing = runFolder === null ? null : readResumePoint(runFolder)
    this.#setState({ state: 'gone', ...exit, runFolder, standing })
    const wasFast = performance.now() - this.#startedMs < FAST_FAILURE_MS
    this.#failedStarts = wasFast && runFolder === null ? this.#failedStarts + 1 : 1
    const delayMs = RESTART_DELAYS_MS[this.#failedStarts - 1]
    if (delayMs === undefined) this.#setState({ state: 'failed', error: this.#giveUp(exit.reason) })
    else this.#timer = setTimeout(() => this.start(), delayMs)
  }

  #giveUp(reason: string): ErrorInfo {
    return {
      code: 'engine-gone',
      message: `${reason}, ${this.#failedStarts} times in a row.`,
      hint: `Its log is ${this.#options.log.path}; \`npx vgg-lab doctor\` checks the set-up.`,
    }
  }

  #setState(state: EngineState): void {
    this.#state = state
    this.#options.onState(state)
  }
}
