/** Seconds of training, pauses left out. */
export class StopWatch {
  #startedMs: number | null = null
  #beforeSeconds = 0

  get seconds(): number {
    const running = this.#startedMs === null ? 0 : (performance.now() - this.#startedMs) / 1000
    return this.#beforeSeconds + running
  }

  /** Starts with the seconds of earlier sessions. */
  begin(beforeSeconds: number): void {
    this.#beforeSeconds = beforeSeconds
    this.#startedMs = performance.now()
  }

  pause(): void {
    this.#beforeSeconds = this.seconds
    this.#startedMs = null
  }

  resume(): void {
    this.#startedMs ??= performance.now()
  }
}

/** Seconds that the rate looks back on. */
const WINDOW_SECONDS = 10
/** The rate is reported once it is based on this much. */
const KNOWN_SECONDS = 1
const KNOWN_CALLS = 3

/** Pictures a second over the last ten seconds of training. */
export class RateMeter {
  readonly #calls: { readonly seconds: number; readonly images: number }[] = []

  /** Pictures that were trained on, at a time of the {@link StopWatch}. */
  add(images: number, seconds: number): void {
    this.#calls.push({ seconds, images })
    while (this.#calls.length > KNOWN_CALLS && seconds - this.#oldestSeconds > WINDOW_SECONDS) {
      this.#calls.shift()
    }
  }

  /** Forgets: after something that is not training, such as a validation. */
  restart(): void {
    this.#calls.length = 0
  }

  /** null while it is not known. */
  get imagesPerSecond(): number | null {
    const last = this.#calls[this.#calls.length - 1]
    if (last === undefined || this.#calls.length < KNOWN_CALLS) return null
    const seconds = last.seconds - this.#oldestSeconds
    if (seconds < KNOWN_SECONDS) return null
    const images = this.#calls.slice(1).reduce((sum, call) => sum + call.images, 0)
    return images / seconds
  }

  get #oldestSeconds(): number {
    return this.#calls[0]?.seconds ?? 0
  }
}
