import type { EngineState, EngineToMain } from '../../src/shared/contract'
import { FRAME } from '../../src/shared/wire'
import { EngineProgram } from './engine-program'

/** Whom the engine tells. */
export interface BridgedEngineListeners {
  readonly onState: (state: EngineState) => void
  /** A message for the window, encoded. */
  readonly onMessage: (body: Uint8Array) => void
}

/** The built engine with its real TensorFlow, and a port to a window without Electron. */
export class BridgedEngine {
  state: EngineState = { state: 'starting' }
  readonly #program: EngineProgram
  readonly #startedMs = performance.now()
  /** The window's channel: each port is a new one. */
  #channel = 0

  readonly #listeners: BridgedEngineListeners

  constructor(listeners: BridgedEngineListeners) {
    this.#listeners = listeners
    this.#program = new EngineProgram({
      onControl: (message) => this.#receive(message),
      onFrame: ({ channel, kind, body }) => {
        if (channel === this.#channel && kind === FRAME.message) this.#listeners.onMessage(body)
      },
    })
    void this.#program.ended.then(({ code, signal }) => {
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
    if (this.#channel > 0) this.#program.send(this.#channel, FRAME.close)
    this.#channel += 1
    this.#program.send(this.#channel, FRAME.open)
  }

  /** Passes on what the window sent. */
  send(body: Uint8Array): void {
    this.#program.send(this.#channel, FRAME.message, body)
  }

  /** Ends the process for good. */
  async close(): Promise<void> {
    await this.#program.kill()
  }

  #receive(message: EngineToMain): void {
    if (message.type === 'ready') {
      const startMs = performance.now() - this.#startedMs
      const { pid } = this.#program
      this.#setState({ state: 'ready', device: message.device, startMs, pid })
    } else if (message.type === 'failed') {
      this.#setState({ state: 'failed', error: message.error })
    }
  }

  #setState(state: EngineState): void {
    this.state = state
    this.#listeners.onState(state)
  }
}
