import { takeTurn } from '../work/take-turn'

/** Thrown inside the loop when a stop was asked for; never leaves `engine/training`. */
export class StopRequest extends Error {
  override readonly name = 'StopRequest'
  constructor() {
    super('Training was asked to stop.')
  }
}

/** What the loop reports of a pause. */
export interface PauseListener {
  onPaused(): Promise<void>
  onResumed(): Promise<void>
}

/** Pause, resume and stop, as asked from outside and obeyed by the loop between session calls. */
export class TrainingControls {
  #pauseAsked = false
  #wake: (() => void) | null = null
  readonly #abort = new AbortController()

  /** Aborted by a stop: for the scan and the decoding that come before training. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get isStopAsked(): boolean {
    return this.#abort.signal.aborted
  }

  get isPauseAsked(): boolean {
    return this.#pauseAsked
  }

  pause(): void {
    this.#pauseAsked = true
  }

  resume(): void {
    this.#pauseAsked = false
    this.#wake?.()
  }

  stop(): void {
    this.#abort.abort()
    this.#wake?.()
  }

  /** @throws StopRequest when a stop was asked for. */
  throwIfStopped(): void {
    if (this.isStopAsked) throw new StopRequest()
  }

  /**
   * Waits until somebody resumes, but at most so long.
   * @throws StopRequest when a stop was asked for.
   */
  async waitForResume(ms: number): Promise<void> {
    this.throwIfStopped()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
    this.throwIfStopped()
  }

  /** A method, since both may change while the loop waits. */
  #mustWait(): boolean {
    return this.#pauseAsked && !this.isStopAsked
  }

  /**
   * Called between two session calls: gives the event loop a turn, so that messages are served,
   * waits out a pause, and ends the loop on a stop.
   * @throws StopRequest when a stop was asked for.
   */
  async breathe(listener: PauseListener): Promise<void> {
    await takeTurn()
    this.throwIfStopped()
    if (!this.#mustWait()) return
    await listener.onPaused()
    while (this.#mustWait()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = null
    }
    this.throwIfStopped()
    await listener.onResumed()
  }
}
