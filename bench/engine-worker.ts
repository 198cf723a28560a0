import { compileNetwork } from '../src/main/engine/network'
import type { CompiledNetwork, StepSettings } from '../src/main/engine/network/compiled-network'
import { tapDensely } from '../src/main/engine/network/dense'
import type { LabelledBatch, PlaneBatch } from '../src/main/engine/tensors/batches'
import { WINDOW_CALL_MS, measureMicroBatch } from '../src/main/engine/training/steps/micro-batch'
import { reportDevice } from '../src/main/engine/tensorflow'
import type { Precision } from '../src/shared/spec'
import type { NetworkSpec } from '../src/shared/vgg'
import { serveQuestions } from './harness/worker'

/** What the bench asks of the lab's side, one workload to a process. */
export type EngineQuestion =
  | {
      readonly do: 'prepare'
      readonly kind: 'forward' | 'train' | 'dense'
      readonly batch: number
      /** Of the pictures of a dense pass. */
      readonly sizes?: readonly PlaneSize[]
      readonly precision: Precision
      readonly classes: number
      readonly seed: number
      /** D at 224 and width 1 where it says nothing else. */
      readonly network?: Partial<Omit<NetworkSpec, 'classes'>>
    }
  | { readonly do: 'call'; readonly count: number; readonly microBatch?: number }
  /** Times calls as a run of the application does before its first step. */
  | { readonly do: 'time-calls' }
  | { readonly do: 'device' }

/** Pictures of one size, those of `kind` dense. */
export interface PlaneSize {
  readonly count: number
  readonly height: number
  readonly width: number
}

/** The answer to a call: the loss, or the sum of the first picture's probabilities. */
export interface CallAnswer {
  readonly ms: number
  /** Processor time of all threads. */
  readonly cpuMs: number
  readonly value: number
}

const VGG_16 = { configuration: 'D', inputSize: 224, width: 1 } as const
const SETTINGS: Omit<StepSettings, 'step' | 'seed'> = {
  learningRate: 1e-3,
  momentum: 0.9,
  weightDecay: 5e-4,
  dropout: 0.5,
}

interface Prepared {
  readonly network: CompiledNetwork
  readonly batch: LabelledBatch
  readonly planes: readonly PlaneBatch[]
  readonly kind: 'forward' | 'train' | 'dense'
  readonly seed: number
}

/** The lab's side of `bench engine`: the bare engine, one timed call for each question. */
export async function runEngineWorker(): Promise<void> {
  let prepared: Prepared | null = null
  let step = 0
  await serveQuestions(async (raw) => {
    const question = raw as unknown as EngineQuestion
    if (question.do === 'device') return reportDevice()
    if (question.do === 'prepare') {
      prepared = await prepare(question)
      return reportDevice()
    }
    if (prepared === null) throw new Error('A call came before its workload was prepared.')
    if (question.do === 'time-calls') {
      const { threads } = reportDevice()
      const { network, batch } = prepared
      const pause = (): Promise<void> => Promise.resolve()
      const options = { wantedMs: WINDOW_CALL_MS, threads, pause }
      return { microBatch: await measureMicroBatch(network, batch.count, options) }
    }
    step += 1
    return call(prepared, question, step)
  })
}

async function prepare(question: EngineQuestion & { do: 'prepare' }): Promise<Prepared> {
  const { kind, batch, precision, classes, seed } = question
  const spec = { ...VGG_16, ...question.network, classes }
  const { inputSize } = spec
  const network = await compileNetwork({
    spec,
    precision,
    trainable: kind === 'train',
  })
  network.initialise('he', seed)
  network.setPreprocessing({
    channelOrder: 'RGB',
    scale: 1,
    // Bytes evenly spread over 0..255 become values of mean 0 and deviation 1, as PyTorch's side has.
    mean: [127.5, 127.5, 127.5],
    deviation: [73.9, 73.9, 73.9],
    inputSize,
    resize: 'smallest-side-then-centre-crop',
  })
  const planes = (question.sizes ?? []).map((size) => ({
    ...size,
    pixels: drawBytes(size.count * size.height * size.width * 3),
  }))
  return { network, batch: drawBatch(batch, inputSize, classes), planes, kind, seed }
}

function drawBatch(count: number, inputSize: number, classes: number): LabelledBatch {
  const labels = Int32Array.from({ length: count }, (_, index) => (index * 37) % classes)
  return { count, pixels: drawBytes(count * inputSize * inputSize * 3), labels }
}

function drawBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = 1
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

/** The first picture's class scores, averaged over their map (section 3.2): the sum of their soft-max. */
function classifyDensely(network: CompiledNetwork, planes: readonly PlaneBatch[]): number {
  const [first] = tapDensely(network, planes, 'fc8')
  const [, height = 0, width = 0, classes = 0] = first?.shape ?? []
  const scores = Array.from({ length: classes }, (_, index) => {
    let sum = 0
    for (let place = 0; place < height * width; place++)
      sum += first?.data[place * classes + index] ?? NaN
    return sum / (height * width)
  })
  const highest = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - highest))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.reduce((sum, power) => sum + power / total, 0)
}

function take(batch: LabelledBatch, start: number, count: number): LabelledBatch {
  const bytes = batch.pixels.length / batch.count
  return {
    count,
    pixels: batch.pixels.subarray(start * bytes, (start + count) * bytes),
    labels: batch.labels.subarray(start, start + count),
  }
}

function call(
  { network, batch, planes, kind, seed }: Prepared,
  { count, microBatch }: EngineQuestion & { do: 'call' },
  step: number,
): CallAnswer {
  const pictures = take(batch, 0, count)
  const settings = { ...SETTINGS, seed, step }
  const startCpu = process.cpuUsage()
  const start = performance.now()
  let value = 0
  if (kind === 'dense') value = classifyDensely(network, planes)
  else if (kind === 'forward') {
    const { data, shape } = network.infer(pictures)
    value = data.subarray(0, shape[1]).reduce((sum, probability) => sum + probability, 0)
  } else if (microBatch === undefined || microBatch >= count) {
    value = network.train(pictures, settings).lossSum / count
  } else {
    for (let at = 0; at < count; at += microBatch) {
      const part = take(batch, at, Math.min(microBatch, count - at))
      value += network.accumulate(part, settings, at / microBatch).lossSum / count
    }
    network.apply(count, settings)
  }
  const ms = performance.now() - start
  const { user, system } = process.cpuUsage(startCpu)
  return { ms, cpuMs: (user + system) / 1000, value }
}
