/** Long enough to read a few lines twice. */
export const LEAVE_AFTER_MS = 15_000

/** What keeps a note from leaving. */
export type Hold = 'pointer' | 'focus'

/** Lets a note leave after a while that starts over when the pointer and the focus have left it. */
export class LeaveTimer {
  readonly #onleave: () => void
  readonly #holds = new Set<Hold>()
  #timer: ReturnType<typeof setTimeout> | null = null
  #isStarted = false

  constructor(onleave: () => void) {
    this.#onleave = onleave
  }

  start(): void {
    this.#isStarted = true
    this.#run()
  }

  stop(): void {
    this.#isStarted = false
    this.#run()
  }

  hold(hold: Hold): void {
    this.#holds.add(hold)
    this.#run()
  }

  release(hold: Hold): void {
    this.#holds.delete(hold)
    this.#run()
  }

  #run(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (!this.#isStarted || this.#holds.size > 0) return
    this.#timer = setTimeout(() => {
      this.#isStarted = false
      this.#timer = null
      this.#onleave()
    }, LEAVE_AFTER_MS)
  }
}
