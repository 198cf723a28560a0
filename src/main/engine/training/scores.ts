import { LabError } from '../../../shared/contract'
import type { Score } from '../../../shared/spec'
import type { BatchScore, LabelledBatch } from '../network/types'

/** Sums over pictures, as plain data. */
export type ScoreSums = BatchScore

/** Adds up scores of batches of any size. */
export class ScoreSum {
  count = 0
  private lossSum = 0
  private top1 = 0
  private top5 = 0

  /** @param from - sums to go on from */
  constructor(from: ScoreSums | null = null) {
    if (from !== null) this.add(from)
  }

  get sums(): ScoreSums {
    const { count, lossSum, top1, top5 } = this
    return { count, lossSum, top1, top5 }
  }

  add(score: BatchScore): void {
    this.count += score.count
    this.lossSum += score.lossSum
    this.top1 += score.top1
    this.top5 += score.top5
  }

  /** Means over what was added. */
  get mean(): Score {
    const count = Math.max(1, this.count)
    return { loss: this.lossSum / count, top1: this.top1 / count, top5: this.top5 / count }
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
    `Expected a finite loss; it is ${score.lossSum} ${where}, at learning rate ${learningRate}.`,
    `Try a lower learning rate (${Number((learningRate / 10).toPrecision(3))}), a warm-up, or the initialisation glorot; the last checkpoint stays, and the run can go on from it at another rate.`,
  )
}

/** Cuts a batch into views of at most `size` pictures; nothing is copied. */
export function* cutBatch(batch: LabelledBatch, size: number): Generator<LabelledBatch> {
  for (let start = 0; start < batch.count; start += size) yield takePart(batch, start, size)
}

/** A view of at most `size` pictures of a batch. */
export function takePart(batch: LabelledBatch, start: number, size: number): LabelledBatch {
  const bytes = batch.pixels.length / batch.count
  const end = Math.min(batch.count, start + size)
  const part = {
    count: end - start,
    pixels: batch.pixels.subarray(start * bytes, end * bytes),
    labels: batch.labels.subarray(start, end),
  }
  const { colourShift, lossWeights } = batch
  return {
    ...part,
    ...(colourShift && { colourShift: colourShift.subarray(start * 3, end * 3) }),
    ...(lossWeights && { lossWeights: lossWeights.subarray(start, end) }),
  }
}
