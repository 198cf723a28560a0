import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { compileNetwork } from '../src/main/engine/network'
import type { LabelledBatch } from '../src/main/engine/tensors/batches'
import { tensorflow } from '../src/main/engine/tensorflow'
import { paperPreprocessing } from '../src/shared/spec'
import { CONFIGURATION_NAMES } from '../src/shared/vgg'
import { describeMachine, formatMachine } from './harness/machine'
import { readProcessMemory } from './harness/process-memory'
import { formatTable, say } from './harness/report'

export const MEMORY_HELP = `bench memory [--config A] [--input 32] [--width 0.25] [--batch 32] [--steps 200] [--json]
  Tensors and resident memory over 200 training steps, each followed by an inspection.`

const SAMPLES = 10

interface Sample {
  readonly step: number
  readonly tensors: number
  readonly residentMb: number
}

/** `bench memory`: that nothing grows. */
export async function benchMemory(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string', default: 'A' },
      input: { type: 'string', default: '32' },
      width: { type: 'string', default: '0.25' },
      batch: { type: 'string', default: '32' },
      steps: { type: 'string', default: '200' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const configuration = CONFIGURATION_NAMES.find((name) => name === options.config)
  if (configuration === undefined) {
    throw new Error(`--config takes ${CONFIGURATION_NAMES.join(', ')}; got ${options.config}.`)
  }
  const [inputSize, width, batchSize] = [options.input, options.width, options.batch].map(
    Number,
  ) as [number, number, number]
  const steps = options.quick ? 40 : Number(options.steps)
  const machine = describeMachine()
  const network = await compileNetwork({
    spec: { configuration, inputSize, width, classes: 10 },
    precision: 'float32',
    trainable: true,
  })
  network.initialise('he', 1)
  network.setPreprocessing(paperPreprocessing([127.5, 127.5, 127.5], inputSize))
  const batch: LabelledBatch = {
    count: batchSize,
    pixels: new Uint8Array(batchSize * inputSize * inputSize * 3).map(
      (_, index) => (index * 97) % 251,
    ),
    labels: new Int32Array(batchSize).map((_, index) => index % 10),
  }
  const picture = { count: 1, pixels: batch.pixels.subarray(0, inputSize * inputSize * 3) }
  const settings = { learningRate: 1e-4, momentum: 0.9, weightDecay: 5e-4, dropout: 0.5, seed: 1 }
  const layers = network.network.layers.map(({ name }) => name)

  const samples: Sample[] = []
  for (let step = 1; step <= steps; step++) {
    network.train(batch, { ...settings, step })
    const layer = layers[step % layers.length] ?? 'conv1_1'
    network.tap(picture, [{ layer, stage: 'output' }])
    network.infer(picture)
    if (step % Math.ceil(steps / SAMPLES) === 0) samples.push(takeSample(step))
    if (step % 50 === 0) say(`step ${step} of ${steps}`)
    // Between two steps the event loop turns, as it does in the application.
    await new Promise((resolve) => setImmediate(resolve))
  }
  network.dispose()
  printReport(`${configuration}, input ${inputSize}, width ${width}, batch ${batchSize}`)

  function printReport(what: string): void {
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ machine, what, samples }, null, 2)}\n`)
      return
    }
    const middle = samples[Math.floor(samples.length / 2)]
    const last = samples[samples.length - 1]
    const growth = middle && last ? last.residentMb - middle.residentMb : NaN
    const rows = samples.map(({ step, tensors, residentMb }) => [
      String(step),
      String(tensors),
      residentMb.toFixed(1),
    ])
    process.stdout.write(
      `${what}: ${steps} training steps, each followed by an inspection\n${formatMachine(machine)}\n\n` +
        `${formatTable(['step', 'tensors', 'resident MB'], rows)}\n\n` +
        `Growth over the second half: ${growth.toFixed(1)} MB (goal: none)\n`,
    )
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function takeSample(step: number): Sample {
  // What JavaScript would free by itself some time later is no growth.
  collectGarbage()
  const resident = readProcessMemory(process.pid)?.residentBytes ?? process.memoryUsage.rss()
  return { step, tensors: tensorflow().memory().numTensors, residentMb: resident / 1e6 }
}
