import { reportDevice } from '../../tensorflow'
import { measureMicroBatch } from './micro-batch'
import type { Prepared } from '../start/prepare'

/** How the size is found, and what happens meanwhile. */
interface RunMeasure {
  readonly onMeasure: () => void
  /** Length of a call to aim at. */
  readonly wantedMs: number
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
  { wantedMs, onMeasure, breathe, tell }: RunMeasure,
): Promise<number> {
  const { batchSize, microBatch: asked } = run.settings
  const limit = Math.min(batchSize, mostPictures, asked > 0 ? asked : Infinity)
  if (state !== null) return Math.min(state.microBatch, limit)
  if (asked > 0) return limit
  onMeasure()
  const { device, threads } = reportDevice()
  const processors = device === 'gpu' ? null : threads
  const options = { wantedMs, threads: processors, pause: breathe }
  const measured = await measureMicroBatch(network, batchSize, options)
  if (measured < batchSize) {
    tell(
      `Each batch of ${batchSize} is trained in micro-batches of ${measured}, so that a call takes about ${wantedMs / 1000} s.`,
    )
  }
  return Math.min(measured, limit)
}
