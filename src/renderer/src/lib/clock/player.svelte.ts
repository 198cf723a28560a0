/** What drives a player: the browser's frames, but for tests. */
export interface FrameClock {
  /** Calls back before the next paint with the time in ms; returns what takes the request back. */
  next(callback: (nowMs: number) => void): () => void
}

const FRAMES: FrameClock = {
  next: (callback) => {
    const id = requestAnimationFrame(callback)
    return () => cancelAnimationFrame(id)
  },
}

/** Longest time that one frame may stand for: after a pause of the window, nothing jumps. */
const MAX_FRAME_MS = 250

/**
 * Plays a number of steps: `progress` runs from 0 to `last` at `stepsPerSecond`, stops there, and
 * can be moved by hand at any time.
 */
export class Player {
  readonly #last: () => number
  readonly #clock: FrameClock
  #progress = $state(0)
  #isPlaying = $state(false)
  #stop: (() => void) | null = null

  /** How fast it plays. */
  stepsPerSecond = $state(1)
  /** Whether it goes from step to step with nothing between: for those who want no motion. */
  isStepped = $state(false)

  /** @param last - number of the last step; 0 is the first */
  constructor(last: () => number, stepsPerSecond = 1, clock: FrameClock = FRAMES) {
    this.#last = last
    this.#clock = clock
    this.stepsPerSecond = stepsPerSecond
  }

  get last(): number {
    return this.#last()
  }

  /** Where it is, between steps while it plays, unless {@link isStepped}. */
  get progress(): number {
    const progress = Math.min(this.#progress, this.last)
    return this.isStepped ? Math.floor(progress + 1e-9) : progress
  }

  /** The step that it is at, or has last passed. */
  get step(): number {
    return Math.floor(this.progress + 1e-9)
  }

  get isPlaying(): boolean {
    return this.#isPlaying
  }

  get isAtEnd(): boolean {
    return this.progress >= this.last
  }

  /** Plays on; from the first step where it is at the last. */
  play(): void {
    if (this.#isPlaying || this.last === 0) return
    if (this.isAtEnd) this.#progress = 0
    this.#isPlaying = true
    this.#run(null)
  }

  pause(): void {
    this.#stop?.()
    this.#stop = null
    this.#isPlaying = false
  }

  toggle(): void {
    if (this.#isPlaying) this.pause()
    else this.play()
  }

  /** Goes to a step, held between the first and the last, and stays there. */
  go(step: number): void {
    this.pause()
    this.#progress = Math.min(this.last, Math.max(0, Math.round(step)))
  }

  /** One or more steps on or back; from between two steps, to the next one in that direction. */
  move(by: number): void {
    const from = by < 0 ? Math.ceil(this.progress - 1e-9) : this.step
    this.go(from + by)
  }

  #run(beforeMs: number | null): void {
    this.#stop = this.#clock.next((nowMs) => {
      const frameMs = beforeMs === null ? 0 : Math.min(MAX_FRAME_MS, Math.max(0, nowMs - beforeMs))
      this.#progress = Math.min(this.last, this.#progress + (frameMs / 1000) * this.stepsPerSecond)
      if (this.isAtEnd) this.pause()
      else this.#run(nowMs)
    })
  }
}
