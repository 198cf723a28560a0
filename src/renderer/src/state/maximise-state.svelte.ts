import {
  toErrorInfo,
  type ErrorInfo,
  type MaximisationObjective,
  type MaximisationStart,
  type MaximisedPicture,
  type ModelRef,
} from '../../../shared/contract'
import { defaultMaximisation, type MaximisationSettings } from '../../../shared/spec'
import { callEngine } from '../lib/engine/bridge'

/** The unit that a picture is made for. */
export interface MaximiseTarget {
  readonly model: ModelRef
  readonly layer: string
  readonly channel: number
}

/** Steps of one call at most: the engine makes fewer where they take long. */
const STEPS_PER_CALL = 20

/** A picture that is changed step by step so that the chosen unit responds more strongly. */
export class MaximiseState {
  /** How each step is made; followed while it runs. */
  settings = $state<MaximisationSettings>(defaultMaximisation())
  /** Step at which a run ends by itself, as typed. */
  steps = $state(200)
  seed = $state(1)
  of = $state<MaximisationObjective['of']>('mean')
  start = $state<MaximisationStart['kind']>('noise')
  #picture = $state.raw<MaximisedPicture | null>(null)
  #values = $state.raw<readonly number[]>([])
  #isRunning = $state(false)
  #error = $state.raw<ErrorInfo | null>(null)
  #target: MaximiseTarget | null = null
  /** One for each picture that was begun; what an older one is still told is dropped. */
  #controller: AbortController | null = null

  /** The picture as it is now; null before the first step. */
  get picture(): MaximisedPicture | null {
    return this.#picture
  }

  /** The objective before each step. */
  get values(): readonly number[] {
    return this.#values
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  get error(): ErrorInfo | null {
    return this.#error
  }

  dismissError(): void {
    this.#error = null
  }

  /** Another unit's picture is another: the one so far is given up. */
  follow(target: MaximiseTarget | null): void {
    if (JSON.stringify(target) === JSON.stringify(this.#target)) return
    this.#target = target
    this.stop()
  }

  /**
   * Goes on until the step that was typed, or a pause.
   * @param image - absolute path of the picture to begin with, where that is chosen
   */
  async run(image: string | null): Promise<void> {
    this.#isRunning = true
    await this.#go(image, () => this.#isRunning && (this.#picture?.step ?? 0) < this.steps)
  }

  /** One step. */
  async advance(image: string | null): Promise<void> {
    await this.#go(image, () => false)
  }

  /** The step that is being made is still shown. */
  pause(): void {
    this.#isRunning = false
  }

  /** Gives the picture up. */
  stop(): void {
    const hadBegun = this.#controller !== null
    this.#controller?.abort()
    this.#controller = null
    this.#isRunning = false
    this.#picture = null
    this.#values = []
    this.#error = null
    if (hadBegun) void callEngine('maximise.end', {}).catch(() => undefined)
  }

  async #go(image: string | null, goesOn: () => boolean): Promise<void> {
    this.#error = null
    let controller = this.#controller
    try {
      if (controller === null) {
        controller = new AbortController()
        this.#controller = controller
        this.#picture = await this.#begin(image, controller.signal)
      }
      do {
        const left = this.#isRunning ? this.steps - (this.#picture?.step ?? 0) : 1
        const steps = Math.max(1, Math.min(left, STEPS_PER_CALL))
        const { signal } = controller
        const settings = { ...this.settings }
        const next = await callEngine('maximise.advance', { settings, steps }, { signal })
        if (this.#controller !== controller) return
        this.#picture = next
        this.#values = [...this.#values, ...next.values]
      } while (goesOn())
    } catch (error) {
      if (this.#controller !== controller) return
      this.stop()
      this.#error = toErrorInfo(error)
    } finally {
      if (this.#controller === controller) this.#isRunning = false
    }
  }

  async #begin(image: string | null, signal: AbortSignal): Promise<MaximisedPicture | null> {
    const target = this.#target
    if (target === null) return null
    const { model, layer, channel } = target
    const { seed, of } = this
    const start: MaximisationStart =
      this.start === 'picture' && image !== null
        ? { kind: 'picture', image, seed }
        : { kind: 'noise', seed }
    const objective = { layer, channel, of }
    const begun = await callEngine('maximise.begin', { model, objective, start }, { signal })
    return signal.aborted ? null : begun
  }
}
