import { TIMED_PICTURES } from '../../../../shared/vgg'
import type { CompiledNetwork, StepSettings } from '../../network/compiled-network'
import type { LabelledBatch } from '../../tensors/batches'

/**
 * Session calls are kept near this where a window asks: stop, pause and questions are served in
 * between, and a question must be answered within 3 s.
 */
export const WINDOW_CALL_MS = 1000
/**
 * The same on the command line, where nobody asks and each cut costs time for nothing. Not without
 * end: Ctrl-C and the progress bar wait for a call, too.
 */
export const COMMAND_LINE_CALL_MS = 10_000
/** A call of the whole batch may be this much longer before it is cut. */
const WHOLE_BATCH_SHARE = 1.3
/** Longest call that is accepted to save throughput, of the length that is aimed at. */
const MAX_CALL_SHARE = 2.2
/** A longer call is timed once. */
const TELLING_CALL_MS = 1000
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
 * largest even share near the length that is aimed at, or, where that costs 5% of throughput, the
 * smallest longer one that does not.
 * @param wantedMs - length of a call to aim at, such as {@link WINDOW_CALL_MS}
 */
export function chooseMicroBatch(batchSize: number, time: CallTime, wantedMs: number): number {
  const callMs = (pictures: number): number => time.fixedMs + time.perPictureMs * pictures
  if (callMs(batchSize) <= wantedMs * WHOLE_BATCH_SHARE) return batchSize
  const lossOf = (pictures: number): number =>
    1 - callMs(batchSize) / batchSize / (callMs(pictures) / pictures)
  let chosen = 1
  for (let pictures = 1; pictures <= batchSize; pictures++) {
    const isShort = callMs(pictures) <= wantedMs
    const isNeeded = lossOf(chosen) > MAX_LOSS && callMs(pictures) <= wantedMs * MAX_CALL_SHARE
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

/** How {@link measureMicroBatch} measures. */
export interface MeasureOptions {
  /** Length of a call to aim at. */
  readonly wantedMs: number
  /** Of the processor that computes; null where a GPU does. */
  readonly threads: number | null
  /** Awaited between calls, so that messages are served; may throw to give up. */
  readonly pause: () => Promise<void>
}

/**
 * Measures session calls on grey pictures and chooses. The gradients are thrown away, so weights
 * and velocity stay as they are.
 */
export async function measureMicroBatch(
  network: CompiledNetwork,
  batchSize: number,
  { wantedMs, threads, pause }: MeasureOptions,
): Promise<number> {
  if (batchSize === 1 || isQuickStep(network, batchSize)) return batchSize
  // A batch that is cut needs more memory than one call of it: the gradients are kept.
  const most = network.countFittingParts()
  if (most <= 1) return 1
  const small = measureCalls(network, 1, threads)
  const few = Math.min(batchSize, TIMED_PICTURES, most)
  try {
    await small.warm(pause)
    const oneMs = await small.time(pause)
    const fewMs = await measureCalls(network, few, threads).time(pause)
    const perPictureMs = Math.max(0, (fewMs - oneMs) / (few - 1))
    const time = { fixedMs: Math.max(0, oneMs - perPictureMs), perPictureMs }
    const chosen = chooseMicroBatch(batchSize, time, wantedMs)
    return chosen === batchSize ? chosen : Math.min(chosen, most)
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
      if (first > TELLING_CALL_MS) return first
      const second = callMs()
      await pause()
      return Math.min(first, second)
    },
  }
}
