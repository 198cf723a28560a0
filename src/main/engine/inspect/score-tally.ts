import type { Accuracy } from '../../../shared/contract'
import { present } from '../../../shared/present'

const TOP = 5

/** One picture's score. */
export interface PictureScore {
  /** Cross entropy, in nats. */
  readonly loss: number
  /** Place of the picture's class among the scores, from 0; of equal scores the lower class ranks first. */
  readonly rank: number
}

/** Scores each row of `[N, classes]` scores (before the soft-max) against its label. */
export function scoreRows(scores: Float32Array, labels: readonly number[]): PictureScore[] {
  const classes = scores.length / labels.length
  return labels.map((label, row) =>
    scoreRow(scores.subarray(row * classes, (row + 1) * classes), label),
  )
}

function scoreRow(scores: Float32Array, label: number): PictureScore {
  const own = present(scores[label])
  let largest = -Infinity
  for (const score of scores) largest = Math.max(largest, score)
  let sum = 0
  let rank = 0
  scores.forEach((score, index) => {
    sum += Math.exp(score - largest)
    if (score > own || (score === own && index < label)) rank++
  })
  return { loss: Math.log(sum) + largest - own, rank }
}

/** Sums of scores. */
export class ScoreTally {
  #images = 0
  #top1 = 0
  #top5 = 0
  #loss = 0

  get images(): number {
    return this.#images
  }

  add({ loss, rank }: PictureScore): void {
    this.#images++
    this.#loss += loss
    if (rank === 0) this.#top1++
    if (rank < TOP) this.#top5++
  }

  /** Means; zeros before the first picture. */
  get accuracy(): Accuracy {
    const count = Math.max(1, this.#images)
    return { top1: this.#top1 / count, top5: this.#top5 / count, loss: this.#loss / count }
  }
}
