import { LabError } from '../../../../shared/contract'
import type { Score } from '../../../../shared/spec'
import type { BatchScore } from '../../network/compiled-network'

/** Adds up scores of batches of any size. */
export class ScoreSum {
  count = 0
  #lossSum = 0
  #top1 = 0
  #top5 = 0

  /** @param from - sums to go on from */
  constructor(from: BatchScore | null = null) {
    if (from !== null) this.add(from)
  }

  get sums(): BatchScore {
    return { count: this.count, lossSum: this.#lossSum, top1: this.#top1, top5: this.#top5 }
  }

  add(score: BatchScore): void {
    this.count += score.count
    this.#lossSum += score.lossSum
    this.#top1 += score.top1
    this.#top5 += score.top5
  }

  /** Means over what was added. */
  get mean(): Score {
    const count = Math.max(1, this.count)
    return { loss: this.#lossSum / count, top1: this.#top1 / count, top5: this.#top5 / count }
  }
}

/**
 * Stops a run whose loss is no number any more.
 * @throws LabError `diverged` that names the step and what to try.
 */
export function checkFinite(score: BatchScore, where: string, learningRate: number): void {
  if (Number.isFinite(score.lossSum)) return
  throw new LabError(
    'diverged',
    `Training diverged: expected a finite loss, got ${score.lossSum} ${where}, at learning rate ${learningRate}.`,
    `Try a lower learning rate (${Number((learningRate / 10).toPrecision(3))}), a warm-up, or glorot initialisation; the last checkpoint is kept, and the run can continue from it at another rate.`,
  )
}
