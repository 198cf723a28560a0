import { TIMED_PICTURES } from '../../../shared/vgg'
import type { CompiledNetwork, LabelledBatch, StepSettings } from '../network/types'

/** Session calls are kept near this, so that stop, pause and questions are served in between. */
const TARGET_CALL_MS = 1000
/** A call of the whole batch may be this long before it is cut. */
const WHOLE_BATCH_MS = 1300
/** Longest call that is accepted to save throughput: a question must be answered within 3 s. */
const MAX_CALL_MS = 2200
/** Most throughput that is given away for shorter calls. */
const MAX_LOSS = 0.05
/** A step whose work is estimated under this is not measured: it is quick on any machine. */
const QUICK_MACS = 5e9
/** Forward, gradient of the input and gradient of the weights: three times the forward's work. */
const STEP_COST = 3

/** Time of a session call as a line through two measurements: fixed part and part per picture. */
export interface CallTime {
  readonly fixedMs: number
  readonly perPictureMs: number
}

/**
 * How much longer a call takes than its processor time shared out evenly. With it the measure does
 * not mistake a machine that is busy for the moment for a slow one: the size is kept for all the run.
 */
const UNEVENNESS = 1.2

/**
 * Pictures of one session call, for a batch. The whole batch where that is quick; otherwise the
 * largest even share near one second that costs under 5% of throughput, or the smallest that does
 * where one second is too short for that.
 */
export function chooseMicroBatch(batchSize: number, time: CallTime): number {
  const callMs = (pictures: number): number => time.fixedMs + time.perPictureMs * pictures
  if (callMs(batchSize) <= WHOLE_BATCH_MS) return batchSize
  const lossOf = (pictures: number): number =>
    1 - callMs(batchSize) / batchSize / (callMs(pictures) / pictures)
  let chosen = 1
  for (let pictures = 1; pictures <= batchSize; pictures++) {
    const isShort = callMs(pictures) <= TARGET_CALL_MS
    const isNeeded = lossOf(chosen) > MAX_LOSS && callMs(pictures) <= MAX_CALL_MS
    if (isShort || isNeeded) chosen = pictures
  }
  // Even shares: the same number of calls, none much smaller than the others.
  const calls = Math.ceil(batchSize / chosen)
  return Math.ceil(batchSize / calls)
}

/** The next smaller size to try where memory does not suffice. */
export function halve(microBatch: number): number {
  return Math.max(1, Math.ceil(microBatch / 2))
}

/** Whether a step is so small that its whole batch goes in one call unmeasured. */
export function isQuickStep(network: CompiledNetwork, batchSize: number): boolean {
  return network.network.macs * STEP_COST * batchSize < QUICK_MACS
}

/**
 * Measures session calls on grey pictures and chooses. The gradients are thrown away, so weights
 * and velocity stay as they are, whatever is measured.
 * @param threads - of the processor that computes; null where a GPU does
 * @param pause - awaited between calls, so that messages are served; may throw to give up
 */
export async function measureMicroBatch(
  network: CompiledNetwork,
  batchSize: number,
  threads: number | null,
  pause: () => Promise<void>,
): Promise<number> {
  if (batchSize === 1 || isQuickStep(network, batchSize)) return batchSize
  const small = measureCalls(network, 1, threads)
  const few = Math.min(batchSize, TIMED_PICTURES)
  try {
    await small.warm(pause)
    const oneMs = await small.time(pause)
    const fewMs = await measureCalls(network, few, threads).time(pause)
    const perPictureMs = Math.max(0, (fewMs - oneMs) / (few - 1))
    return chooseMicroBatch(batchSize, { fixedMs: Math.max(0, oneMs - perPictureMs), perPictureMs })
  } finally {
    network.clearAccumulated()
  }
}

function measureCalls(network: CompiledNetwork, count: number, threads: number | null) {
  const side = network.network.spec.inputSize
  const batch: LabelledBatch = {
    count,
    pixels: new Uint8Array(count * side * side * 3).fill(128),
    labels: new Int32Array(count),
  }
  const settings: StepSettings = {
    learningRate: 0,
    momentum: 0,
    weightDecay: 0,
    dropout: 0.5,
    seed: 0,
    step: 0,
  }
  const callMs = (): number => {
    const start = performance.now()
    const cpuBefore = process.cpuUsage()
    network.accumulate(batch, settings, 0)
    const wallMs = performance.now() - start
    if (threads === null) return wallMs
    const { user, system } = process.cpuUsage(cpuBefore)
    return Math.min(wallMs, ((user + system) / 1000 / threads) * UNEVENNESS)
  }
  return {
    /** The first call optimises the graph and is no measure. */
    async warm(pause: () => Promise<void>): Promise<void> {
      callMs()
      await pause()
    },
    async time(pause: () => Promise<void>): Promise<number> {
      // Long calls say enough at once; of short ones the best of two is less noisy.
      const first = callMs()
      await pause()
      if (first > TARGET_CALL_MS) return first
      const second = callMs()
      await pause()
      return Math.min(first, second)
    },
  }
}
