/** What a session call should take, so that neither training nor a question waits for long. */
const CALL_MS = 1000
/** Before anything was measured: about half a second of two cores. */
const FIRST_MACS_PER_MS = 16e6
/** A call that came out cheap does not make the next one many times as long. */
const MAX_GROWTH = 3

/** How much a network is asked at a time, by what its calls took. */
export class CallPace {
  #macsPerMs = FIRST_MACS_PER_MS

  /** Multiply-adds of one session call of about a second. */
  get macs(): number {
    return this.#macsPerMs * CALL_MS
  }

  /** Takes in what a call took. */
  note(macs: number, tookMs: number): void {
    const measured = macs / Math.max(tookMs, 0.01)
    this.#macsPerMs = Math.min(measured, this.#macsPerMs * MAX_GROWTH)
  }
}
