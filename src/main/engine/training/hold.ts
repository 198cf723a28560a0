import type { ErrorInfo } from '../../../shared/contract'
import type { TrainingControls } from './controls'

/** What could not be had is tried again after so long, or at once on Resume. */
const RETRY_MS = 15_000

/** How training goes on once it can. */
export const GOES_ON = `training resumes automatically within ${RETRY_MS / 1000} s, or at once with Resume`

/** What happens while training waits for something that is missing. */
export interface HoldListener {
  /**
   * At each try that failed.
   * @param message - for the status, in few words
   */
  onHeld(error: ErrorInfo, message: string): void
  /** When it could be had after all. */
  onFreed(): void
}

/** Standing still until something outside is put right. */
export class Hold {
  #held = false

  readonly #controls: TrainingControls
  readonly #listener: HoldListener

  constructor(controls: TrainingControls, listener: HoldListener) {
    this.#controls = controls
    this.#listener = listener
  }

  /** Whether training waits. */
  get isHeld(): boolean {
    return this.#held
  }

  /**
   * Reports a failed attempt, and waits until the next one is due.
   * @throws StopRequest when a stop was asked for meanwhile
   */
  async wait(error: ErrorInfo, message: string): Promise<void> {
    this.#held = true
    this.#listener.onHeld(error, message)
    await this.#controls.waitForResume(RETRY_MS)
  }

  /** After a try that succeeded. */
  end(): void {
    if (!this.#held) return
    this.#held = false
    this.#listener.onFreed()
  }
}
