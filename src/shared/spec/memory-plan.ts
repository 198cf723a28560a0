import { estimateTrainingMemory, findLargestBatch, type NetworkSpec } from '../vgg'
import { PARAMETERS } from './parameters'
import type { TrainingSettings } from './run-spec'

/** Share of what is there that a plan uses: the rest is for decoded pictures and for other programs. */
const USED_SHARE = 0.9

/** What a training needs of memory, beside what is there. */
export interface MemoryPlan {
  /** Estimate with the batch, or the micro-batch that is asked for, in one call. */
  readonly neededBytes: number
  /** Estimate for one picture a call, the least that a training needs. */
  readonly leastBytes: number
  readonly availableBytes: number
  /** Most pictures of one call that fit; 0 where not even one does. */
  readonly mostPictures: number
  /** Whether the batch, or the micro-batch asked for, fits in one call. */
  readonly isFitting: boolean
}

/** Plans the memory of a training. Batches that do not fit can be trained in micro-batches. */
export function planMemory(
  spec: NetworkSpec,
  settings: Pick<TrainingSettings, 'batchSize' | 'microBatch' | 'precision'>,
  availableBytes: number,
): MemoryPlan {
  const { batchSize, precision } = settings
  const microBatch = settings.microBatch > 0 ? Math.min(settings.microBatch, batchSize) : batchSize
  const estimate = (batch: number, micro: number): number =>
    estimateTrainingMemory({ spec, batchSize: batch, microBatch: micro, precision }).bytes
  const room = availableBytes * USED_SHARE
  const mostPictures = findLargestBatch(spec, precision, room, PARAMETERS.batchSize.max)
  return {
    neededBytes: estimate(batchSize, microBatch),
    leastBytes: estimate(batchSize, 1),
    availableBytes,
    mostPictures,
    isFitting: microBatch <= mostPictures,
  }
}
