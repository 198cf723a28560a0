import { LabError, type MemoryReport } from '../../../../shared/contract'
import { planMemory, type TrainingSettings } from '../../../../shared/spec'
import { titleNetwork, type NetworkSpec } from '../../../../shared/vgg'

/** What is known of the memory before a network is built. */
export interface Preflight {
  /** Most pictures of one session call. */
  readonly mostPictures: number
  /** To show. */
  readonly note: string
}

/**
 * Estimates the memory of a training against what is there.
 * @throws LabError `out-of-memory` when one picture a call needs more than there is.
 */
export function checkMemory(
  spec: NetworkSpec,
  settings: TrainingSettings,
  { totalBytes, availableBytes }: MemoryReport,
): Preflight {
  const { batchSize } = settings
  const plan = planMemory(spec, settings, availableBytes)
  const { leastBytes, neededBytes, mostPictures, isFitting } = plan
  const what = `${titleNetwork(spec)} at ${spec.inputSize} px`
  const there = `${formatGigabytes(availableBytes)} free`
  if (mostPictures === 0) {
    const isTooLarge = leastBytes > totalBytes
    throw new LabError(
      'out-of-memory',
      `Expected ${formatGigabytes(leastBytes)} of memory to train ${what} with one picture per call; there are ${isTooLarge ? formatGigabytes(totalBytes) : there}.`,
      `${isTooLarge ? 'Use' : 'Close other programs, or use'} a smaller width, input size or configuration.`,
    )
  }
  if (isFitting) {
    return {
      mostPictures,
      note: `Memory: about ${formatGigabytes(neededBytes)} of ${there}; up to ${mostPictures} pictures fit in one call.`,
    }
  }
  return {
    mostPictures,
    note: `Memory: ${batchSize} pictures in one call need about ${formatGigabytes(neededBytes)} of ${there}, so a micro-batch has at most ${mostPictures} pictures; the batch size stays the same, and gradients are accumulated.`,
  }
}

const formatGigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
