import type { Progress } from '../../../shared/contract'
import { measurePace } from '../../../shared/measure-pace'

/** Least time between two reports. */
const REPORT_INTERVAL_MS = 100

/** A pass as its progress is told. */
export interface CountedPass {
  /** "D, dense, Q=384" */
  readonly label: string
  readonly pictures: number
  /** Multiply-adds of a picture. */
  readonly macs: number
}

/**
 * Progress of several passes, whose pictures cost different amounts: the rate is that of the pass at work,
 * and the time left is by multiply-adds over all passes.
 */
export class PassesProgress {
  readonly #passes: readonly CountedPass[]
  readonly #onProgress: ((progress: Progress) => void) | undefined
  readonly #startMs = performance.now()
  readonly #totalMacs: number
  readonly #total: number
  #done = 0
  #doneMacs = 0
  #pass = 0
  #passStartMs = performance.now()
  #passDone = 0
  #reportedMs = -Infinity

  constructor(
    passes: readonly CountedPass[],
    onProgress: ((progress: Progress) => void) | undefined,
  ) {
    this.#passes = passes
    this.#onProgress = onProgress
    this.#total = passes.reduce((sum, { pictures }) => sum + pictures, 0)
    this.#totalMacs = passes.reduce((sum, { pictures, macs }) => sum + pictures * macs, 0)
  }

  /** A pass begins. */
  begin(pass: number): void {
    this.#pass = pass
    this.#passDone = 0
    this.#passStartMs = performance.now()
    this.#report(true)
  }

  /** Pictures of the pass at work are done. */
  advance(pictures: number): void {
    this.#done += pictures
    this.#passDone += pictures
    this.#doneMacs += pictures * (this.#passes[this.#pass]?.macs ?? 0)
    this.#report(this.#done === this.#total)
  }

  #report(isForced: boolean): void {
    const now = performance.now()
    if (!isForced && now - this.#reportedMs < REPORT_INTERVAL_MS) return
    this.#reportedMs = now
    const { perSecond } = measurePace(this.#passDone, null, now - this.#passStartMs)
    const { etaSeconds } = measurePace(this.#doneMacs, this.#totalMacs, now - this.#startMs)
    this.#onProgress?.({
      label: this.#passes[this.#pass]?.label ?? '',
      done: this.#done,
      total: this.#total,
      perSecond,
      etaSeconds,
    })
  }
}
