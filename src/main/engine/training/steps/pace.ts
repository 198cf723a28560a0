import type { TrainingStatus } from '../../../../shared/contract'
import { estimateSeconds, type RunFile } from '../../../../shared/spec'
import type { PictureSource } from '../../data/types'
import { RateMeter, StopWatch } from './meters'

/** The data wait is reported once a second. */
const WAIT_INTERVAL_MS = 1000

/** How fast a run goes: seconds so far, pictures a second, time left, the wait for pictures. */
export class TrainingPace {
  readonly #watch = new StopWatch()
  readonly #rate = new RateMeter()
  #epochImages = 0
  /** How long validating and saving took last time. */
  #epochEndSeconds: number | null = null
  /** When the validation began; null within an epoch. */
  #epochEndStart: number | null = null
  /** Seconds so far that were no training: the rate is of training alone, over the end of a short epoch too. */
  #restSeconds = 0
  #waitSince = 0
  #waitedMs = 0
  #dataWaitShare: number | null = null

  /** Seconds of training so far, pauses left out. */
  get seconds(): number {
    return this.#watch.seconds
  }

  /** @param beforeSeconds - seconds of earlier sessions */
  begin(beforeSeconds: number): void {
    this.#watch.begin(beforeSeconds)
    this.#rate.restart()
    this.#restSeconds = 0
    this.#epochEndStart = null
  }

  pause(): void {
    this.#watch.pause()
    this.#rate.restart()
  }

  resume(): void {
    this.#watch.resume()
  }

  /** @param images - pictures of the epoch that are trained on already */
  beginEpoch(images: number): void {
    this.#epochImages = images
    if (this.#epochEndStart !== null) this.#restSeconds += this.seconds - this.#epochEndStart
    this.#epochEndStart = null
    this.#rate.add(0, this.seconds - this.#restSeconds)
  }

  /** Pictures that were trained on. */
  count(images: number): void {
    this.#epochImages += images
    this.#rate.add(images, this.seconds - this.#restSeconds)
  }

  beginValidation(): void {
    this.#epochEndStart = this.seconds
  }

  endEpoch(): void {
    if (this.#epochEndStart !== null) this.#epochEndSeconds = this.seconds - this.#epochEndStart
  }

  /** What the status says of it. */
  describe(
    { epoch, epochs, imagesPerSecond: lastRate }: TrainingStatus,
    { trainImages, validationImages }: RunFile,
    source: PictureSource | null,
  ): Partial<TrainingStatus> {
    const { imagesPerSecond } = this.#rate
    const epochsAfter = epochs - epoch
    const etaSeconds = estimateSeconds(
      {
        trainImages: trainImages * epochsAfter + Math.max(0, trainImages - this.#epochImages),
        validations: epochsAfter + 1,
        validationImages,
      },
      imagesPerSecond ?? lastRate,
      this.#epochEndSeconds,
    )
    const change = { etaSeconds, dataWaitShare: this.#takeDataWait(source) }
    return imagesPerSecond === null ? change : { ...change, imagesPerSecond }
  }

  /** Share of the time since the last second's look that was spent waiting for pictures. */
  #takeDataWait(source: PictureSource | null): number | null {
    const now = performance.now()
    const sinceMs = now - this.#waitSince
    if (sinceMs < WAIT_INTERVAL_MS) return this.#dataWaitShare
    const waitedMs = source?.waitedMs ?? 0
    const waitMs = waitedMs - this.#waitedMs
    this.#waitedMs = waitedMs
    const isFirst = this.#waitSince === 0
    this.#waitSince = now
    this.#dataWaitShare = isFirst ? null : Math.min(1, waitMs / sinceMs)
    return this.#dataWaitShare
  }
}
