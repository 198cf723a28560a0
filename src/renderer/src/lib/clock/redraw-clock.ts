/** Twice a second is as often as a figure that grows by itself needs to be drawn. */
const REDRAW_MS = 500
/**
 * What asks the engine or main again after each epoch, or lists them: epochs may be shorter than a second.
 * What follows the training is 2 s late at most, with the answer.
 */
const EPOCHS_MS = 1500

/** The part of a document that the clock looks at. */
type Page = Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>

/**
 * When things that change by themselves are shown: all together, once a beat, and never while the
 * page cannot be seen. What a person does is drawn at once and does not wait for a beat. One frame for
 * all of them costs a fraction of a frame for each, and leaves the processor to the training.
 */
export class RedrawClock {
  readonly #intervalMs: number
  readonly #due = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | null = null
  #lastMs = -Infinity
  #page: Page | null = null

  /** @param intervalMs - from one beat to the next, at least */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  /** Runs `redraw` at the next beat, once however often it is asked for; at once after a pause. */
  request(redraw: () => void): void {
    this.#due.add(redraw)
    if (this.#timer !== null || this.#isHidden) return
    const waitMs = Math.max(0, this.#lastMs + this.#intervalMs - performance.now())
    // What is changed in a frame's own callback is laid out once, with what is drawn for it.
    this.#timer = setTimeout(() => requestAnimationFrame(() => this.#beat()), waitMs)
  }

  /** Runs `redraw` now: it is news, or somebody asked. It is not due any more then. */
  runNow(redraw: () => void): void {
    this.#due.delete(redraw)
    redraw()
  }

  /** Takes the page that is drawn in, whose return into sight shows what has waited; returns what ends that. */
  connect(page: Page): () => void {
    const onChange = (): void => this.#beat()
    this.#page = page
    page.addEventListener('visibilitychange', onChange)
    return () => {
      page.removeEventListener('visibilitychange', onChange)
      this.#page = null
      this.#stop()
    }
  }

  get #isHidden(): boolean {
    return this.#page?.hidden ?? true
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #beat(): void {
    this.#stop()
    if (this.#isHidden || this.#due.size === 0) return
    this.#lastMs = performance.now()
    const due = [...this.#due]
    this.#due.clear()
    for (const redraw of due) redraw()
  }
}

/** For what is drawn. */
export const redrawClock = new RedrawClock(REDRAW_MS)
/** For what follows the epochs of a run. */
export const epochClock = new RedrawClock(EPOCHS_MS)
