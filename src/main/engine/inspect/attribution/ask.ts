import { throwIfCancelled, type WorkOptions } from '../../work/progress-meter'
import type { AskedNetwork } from '../../network/asked-network'
import { giveWay } from '../walk-pictures'

/** Asks a network within one turn of the event loop; the question must not keep it. */
export type Ask = <T>(question: (network: AskedNetwork) => T) => Promise<T>

/** What work that asks a network many times needs. */
export interface AskedWork {
  readonly ask: Ask
  /** Whether a run is in training now, which this work then gives way to. */
  readonly isTraining: () => boolean
  /** Names the work for cancellation. */
  readonly label: string
  readonly options: WorkOptions
  /** Called with the number of pictures that went through the network. */
  readonly advance: (pictures: number) => void
}

/** What a call should take: a question or a training step waits for it. */
const CALL_MS = 400
const MAX_BATCH = 32

/**
 * Shows pictures to a network, as many in a call as take less than half a second, with a turn of the
 * event loop between the calls.
 * @param question - gets the first picture of the call and their number
 * @throws LabError `cancelled`
 */
export async function askInBatches(
  { ask, isTraining, label, options, advance }: AskedWork,
  count: number,
  question: (network: AskedNetwork, first: number, size: number) => void,
): Promise<void> {
  let size = 1
  let first = 0
  while (first < count) {
    throwIfCancelled(options.signal, label)
    const from = first
    const taken = Math.min(size, count - first)
    const tookMs = await ask((network) => {
      const startedMs = performance.now()
      question(network, from, taken)
      return performance.now() - startedMs
    })
    first += taken
    advance(taken)
    if (first < count) await giveWay(isTraining() ? tookMs : 0, label, options)
    const fitting = Math.floor(CALL_MS / (tookMs / taken))
    // By doubling: what the first call takes says little, as its kernels are made in it.
    size = Math.max(1, Math.min(fitting, 2 * size, MAX_BATCH))
  }
}
