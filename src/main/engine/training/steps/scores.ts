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
