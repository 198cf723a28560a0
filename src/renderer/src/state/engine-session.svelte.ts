import type { DeviceReport, EngineState } from '../../../shared/contract'
import { callMain, onMainEvent } from '../lib/bridge'

/** An engine that died. */
interface Interruption {
  readonly reason: string
  readonly isOutOfMemory: boolean
  readonly runFolder: string | null
}

/** How the engine process is, as main tells it. */
export class EngineSession {
  #state = $state.raw<EngineState>({ state: 'starting' })
  #interruption = $state.raw<Interruption | null>(null)

  get state(): EngineState {
    return this.#state
  }

  get isReady(): boolean {
    return this.#state.state === 'ready'
  }

  /** What the engine runs on; null until it is ready. */
  get device(): DeviceReport | null {
    return this.#state.state === 'ready' ? this.#state.device : null
  }

  /** Why the engine died last and the run that it cut off; stays until dismissed or continued. */
  get interruption(): Interruption | null {
    return this.#interruption
  }

  dismissInterruption(): void {
    this.#interruption = null
  }

  /** Starts the engine again after it failed. */
  async restart(): Promise<void> {
    await callMain('engine.restart', {})
  }

  /** Listens to main; returns what stops listening. */
  connect(): () => void {
    const stop = onMainEvent('engine', (state) => this.#take(state))
    void callMain('engine.state', {}).then((state) => this.#take(state))
    return stop
  }

  #take(state: EngineState): void {
    this.#state = state
    if (state.state === 'gone') {
      const { reason, isOutOfMemory, runFolder } = state
      this.#interruption = { reason, isOutOfMemory, runFolder }
    }
  }
}
