import type { StepMeasure } from '../../../../shared/contract'
import { paperPreprocessing, type TrainingSettings } from '../../../../shared/spec'
import { readMemory } from '../../memory'
import type { CompiledNetwork, StepSettings } from '../../network/compiled-network'
import { reportDevice } from '../../tensorflow'
import type { LabelledBatch } from '../../tensors/batches'
import { throwIfCancelled, type WorkOptions } from '../../work/progress-meter'
import { takeTurn } from '../../work/take-turn'
import { checkMemory } from '../start/preflight'
import { checkTraining, compile, specOf } from '../start/prepare'
import { WINDOW_CALL_MS, measureMicroBatch } from '../steps/micro-batch'

const LABEL = 'Measuring a step'
/** A longer call is timed once; of shorter ones the best of three tells the machine's pace. */
const TELLING_SECONDS = 1
const REPEATS = 3
const GREY = 128

/** What is measured: settings, and the number of classes that the folder would give. */
export interface MeasureRequest {
  readonly settings: TrainingSettings
  readonly classes: number
}

/**
 * Times an update of the network that settings ask for, on grey pictures with a learning rate of 0. A large
 * batch is timed by a part of it. Nothing is read or written.
 * @throws LabError `bad-input`, `out-of-memory`, `cancelled`
 */
export async function measureStep(
  { settings, classes }: MeasureRequest,
  { signal, onProgress }: Required<WorkOptions>,
): Promise<StepMeasure> {
  checkTraining(settings)
  const onMessage = (label: string): void => {
    throwIfCancelled(signal, LABEL)
    onProgress({ label, done: 0, total: null, perSecond: null, etaSeconds: null })
  }
  const breathe = async (): Promise<void> => {
    await takeTurn()
    throwIfCancelled(signal, LABEL)
  }
  const spec = specOf(settings, classes)
  const { mostPictures } = checkMemory(spec, settings, readMemory())
  const owned: { dispose(): void }[] = []
  try {
    const own = (resource: { dispose(): void }): void => void owned.push(resource)
    const { network } = await compile(spec, settings, { onMessage, own })
    await breathe()
    network.setPreprocessing(paperPreprocessing([GREY, GREY, GREY], settings.inputSize))
    network.initialise(settings.initialisation, settings.seed)
    onMessage(LABEL)
    const { batchSize, accumulate, microBatch: asked } = settings
    const { device, threads } = reportDevice()
    const measured =
      asked > 0
        ? asked
        : await measureMicroBatch(network, batchSize, {
            ...{ wantedMs: WINDOW_CALL_MS, pause: breathe },
            threads: device === 'gpu' ? null : threads,
          })
    const microBatch = Math.min(batchSize, measured, mostPictures)
    const images = batchSize * accumulate
    const isWhole = microBatch === batchSize && accumulate === 1
    const step = stepOf(settings)
    const batch = greyBatch(network, microBatch)
    const secondsPerStep = isWhole
      ? await time(() => void network.train(batch, step), breathe)
      : await timeParts(network, { batch, step, parts: images / microBatch }, breathe)
    return { secondsPerStep, images, microBatch }
  } finally {
    for (const resource of owned) resource.dispose()
  }
}

/** Seconds of the quickest of a few calls; the first, which optimises the graph, is no measure. */
async function time(call: () => void, breathe: () => Promise<void>): Promise<number> {
  call()
  await breathe()
  let least = Infinity
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const startMs = performance.now()
    call()
    least = Math.min(least, (performance.now() - startMs) / 1000)
    await breathe()
    if (least > TELLING_SECONDS) break
  }
  return least
}

/** Seconds of an update whose batch is cut: of its parts, and of taking them together. */
async function timeParts(
  network: CompiledNetwork,
  { batch, step, parts }: { batch: LabelledBatch; step: StepSettings; parts: number },
  breathe: () => Promise<void>,
): Promise<number> {
  const accumulate = (): void => void network.accumulate(batch, step, 0)
  const partSeconds = await time(accumulate, breathe)
  let applySeconds = 0
  // An update needs something to take: each has a part before it; the first optimises the graph.
  for (let repeat = 0; repeat < 2; repeat++) {
    accumulate()
    await breathe()
    const startMs = performance.now()
    network.apply(batch.count, step)
    applySeconds = (performance.now() - startMs) / 1000
  }
  return partSeconds * parts + applySeconds
}

const stepOf = ({ momentum, weightDecay, dropout, seed }: TrainingSettings): StepSettings => ({
  ...{ momentum, weightDecay, dropout, seed },
  learningRate: 0,
  step: 0,
})

function greyBatch(network: CompiledNetwork, count: number): LabelledBatch {
  const side = network.network.spec.inputSize
  return {
    count,
    pixels: new Uint8Array(count * side * side * 3).fill(GREY),
    labels: new Int32Array(count),
  }
}
