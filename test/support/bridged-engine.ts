import { fork, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import type { EngineState, EngineToMain, FromEngine, ToEngine } from '../../src/shared/contract'

const ROOT = resolve(import.meta.dirname, '../..')

type FromChild =
  | { readonly to: 'main'; readonly message: EngineToMain }
  | { readonly to: 'window'; readonly message: FromEngine }

/** Whom the engine tells. */
export interface BridgedEngineListeners {
  readonly onState: (state: EngineState) => void
  /** A message for the window, typed arrays in it. */
  readonly onMessage: (message: FromEngine) => void
}

/** The built engine with its real TensorFlow, in a child process under plain Node. */
export class BridgedEngine {
  state: EngineState = { state: 'starting' }
  readonly #child: ChildProcess
  readonly #startedMs = performance.now()

  constructor(private readonly listeners: BridgedEngineListeners) {
    const entry = resolve(ROOT, 'out/main/engine.cjs')
    this.#child = fork(resolve(import.meta.dirname, 'bridged-engine-child.mjs'), [entry], {
      // Keeps typed arrays what they are.
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    })
    this.#child.on('message', (sent) => this.#receive(sent as FromChild))
    this.#child.on('exit', (code, signal) => {
      this.#setState({
        state: 'gone',
        isOutOfMemory: false,
        reason: `The engine ended (${signal ?? String(code)})`,
        runFolder: null,
        standing: null,
      })
    })
  }

  /** Opens a new port to the window; an older one is closed. */
  openPort(): void {
    this.#child.send({ to: 'window-port' })
  }

  /** Passes on what the window sent. */
  send(message: ToEngine): void {
    this.#child.send({ to: 'engine', message })
  }

  /** Ends the child process for good. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = new Promise((done) => this.#child.once('exit', done))
    this.#child.kill('SIGKILL')
    await exited
  }

  #receive(sent: FromChild): void {
    if (sent.to === 'window') {
      this.listeners.onMessage(sent.message)
    } else if (sent.message.type === 'ready') {
      const startMs = performance.now() - this.#startedMs
      this.#setState({ state: 'ready', device: sent.message.device, startMs })
    } else if (sent.message.type === 'failed') {
      this.#setState({ state: 'failed', error: sent.message.error })
    }
  }

  #setState(state: EngineState): void {
    this.state = state
    this.listeners.onState(state)
  }
}
