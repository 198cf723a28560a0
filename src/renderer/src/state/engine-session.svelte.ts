import type { DeviceReport, EngineState, ResumePoint } from '../../../shared/contract'
import {
  DEFAULT_ENGINE_SETTINGS,
  ENGINE_PARAMETERS,
  checkNumber,
  type EngineSettings,
} from '../../../shared/spec'
import { callMain, onMainEvent } from '../lib/engine/bridge'

/** An engine that died. */
interface Interruption {
  readonly reason: string
  readonly isOutOfMemory: boolean
  readonly runFolder: string | null
  readonly standing: ResumePoint | null
}

/** How the engine process is, as main tells it. */
export class EngineSession {
  #state = $state.raw<EngineState>({ state: 'starting' })
  #interruption = $state.raw<Interruption | null>(null)
  #settings = $state.raw(DEFAULT_ENGINE_SETTINGS)
  /** Those that the running engine was started with. */
  #settingsInForce = $state.raw(DEFAULT_ENGINE_SETTINGS)
  readonly #faults = $derived({
    threads: checkNumber(ENGINE_PARAMETERS.threads, this.#settings.threads) ?? undefined,
    workers: checkNumber(ENGINE_PARAMETERS.workers, this.#settings.workers) ?? undefined,
    cacheGb: checkNumber(ENGINE_PARAMETERS.cacheGb, this.#settings.cacheGb) ?? undefined,
  })

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

  /** What the next start takes, as typed. */
  get settings(): EngineSettings {
    return this.#settings
  }

  /** What is wrong with a setting; undefined: nothing. */
  get faults(): Readonly<Record<'threads' | 'workers' | 'cacheGb', string | undefined>> {
    return this.#faults
  }

  /** Whether the settings are other than those of the running engine. */
  get isRestartDue(): boolean {
    const now = this.#settings
    const then = this.#settingsInForce
    return (
      now.device !== then.device ||
      now.oneDnn !== then.oneDnn ||
      now.threads !== then.threads ||
      now.workers !== then.workers ||
      now.cacheGb !== then.cacheGb
    )
  }

  /** Takes settings for the next start, and keeps them where they are right. */
  async choose(changes: Partial<EngineSettings>): Promise<void> {
    this.#settings = { ...this.#settings, ...changes }
    if (Object.values(this.#faults).every((fault) => fault === undefined)) {
      await callMain('settings.set', { engine: this.#settings })
    }
  }

  dismissInterruption(): void {
    this.#interruption = null
  }

  /** Starts the engine again: it failed, or is to take other settings. */
  async restart(): Promise<void> {
    await callMain('engine.restart', {})
  }

  /** Listens to main; returns what stops listening. */
  connect(): () => void {
    const stop = onMainEvent('engine', (state) => this.#take(state))
    void callMain('engine.state', {}).then((state) => this.#take(state))
    void callMain('settings.get', {}).then(({ engine }) => {
      this.#settings = engine
      this.#settingsInForce = engine
    })
    return stop
  }

  #take(state: EngineState): void {
    this.#state = state
    if (state.state === 'starting') this.#settingsInForce = this.#settings
    if (state.state === 'gone') {
      const { reason, isOutOfMemory, runFolder, standing } = state
      this.#interruption = { reason, isOutOfMemory, runFolder, standing }
    }
  }
}
