import {
  describeNetwork,
  estimateTrainingMemory,
  findLargestBatch,
  findTrainingPeak,
  type NetworkSpec,
} from '../vgg'
import { PARAMETERS } from './parameters'
import type { TrainingSettings } from './training-settings'

/** Share of what is there that a plan uses: the rest is for decoded pictures and for other programs. */
const USED_SHARE = 0.9

/** The memory that a run needs, and what is available. */
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

/**
 * Most pictures of one call, of which a share of the memory is for the rest of the machine; a single
 * picture may take that, too.
 * @param bytesOf - estimate for a number of pictures, which grows with it
 * @returns 0 where not even one fits
 */
export function countFittingPictures(
  bytesOf: (pictures: number) => number,
  availableBytes: number,
  most: number,
): number {
  const room = availableBytes * USED_SHARE
  let [low, high] = [0, most]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (bytesOf(middle) <= room) low = middle
    else high = middle - 1
  }
  return low === 0 && most > 0 && bytesOf(1) <= availableBytes ? 1 : low
}

/** Plans the memory of a training. Batches that do not fit can be trained in micro-batches. */
export function planMemory(
  spec: NetworkSpec,
  settings: Pick<TrainingSettings, 'batchSize' | 'microBatch' | 'precision'>,
  availableBytes: number,
): MemoryPlan {
  const { batchSize, precision } = settings
  const microBatch = settings.microBatch > 0 ? Math.min(settings.microBatch, batchSize) : batchSize
  const network = describeNetwork(spec)
  // The parts of a batch that is cut keep a gradient of every weight, which one call of it does not.
  const bytesOfPart = (pictures: number): number =>
    findTrainingPeak(network, precision, pictures, 'later part').bytes
  const neededBytes =
    microBatch < batchSize
      ? bytesOfPart(microBatch)
      : estimateTrainingMemory({ spec, batchSize, microBatch, precision }).bytes
  const room = availableBytes * USED_SHARE
  const isFitting = neededBytes <= room
  return {
    neededBytes,
    leastBytes:
      batchSize > 1 ? bytesOfPart(1) : findTrainingPeak(network, precision, 1, 'step').bytes,
    availableBytes,
    mostPictures:
      isFitting && microBatch === batchSize
        ? findLargestBatch(spec, precision, room, PARAMETERS.batchSize.max)
        : countFittingPictures(bytesOfPart, availableBytes, PARAMETERS.batchSize.max),
    isFitting,
  }
}
