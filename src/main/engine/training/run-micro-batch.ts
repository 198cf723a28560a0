import { reportDevice } from '../tensorflow'
import { measureMicroBatch } from './micro-batch'
import type { Prepared } from './prepare'

/** What happens while the size is found. */
interface MeasureListener {
  readonly onMeasure: () => void
  /** Awaited between calls, so that messages are served; may throw to give up. */
  readonly breathe: () => Promise<void>
  /** A line to show. */
  readonly tell: (note: string) => void
}

/**
 * Pictures of one session call of a run: as in its checkpoint, as asked for, or measured; never more
 * than memory holds.
 */
export async function chooseRunMicroBatch(
  { run, network, state, mostPictures }: Prepared,
  { onMeasure, breathe, tell }: MeasureListener,
): Promise<number> {
  const { batchSize, microBatch: asked } = run.settings
  const limit = Math.min(batchSize, mostPictures, asked > 0 ? asked : Infinity)
  if (state !== null) return Math.min(state.microBatch, limit)
  if (asked > 0) return limit
  onMeasure()
  const { device, threads } = reportDevice()
  const processors = device === 'gpu' ? null : threads
  const measured = await measureMicroBatch(network, batchSize, processors, breathe)
  if (measured < batchSize) {
    tell(
      `Each batch of ${batchSize} is trained in micro-batches of ${measured}, so that a call stays near a second.`,
    )
  }
  return Math.min(measured, limit)
}
