import { parseArgs } from 'node:util'
import {
  MEMORY_PARTS,
  describeNetwork,
  estimateCallMemory,
  estimateTrainingMemory,
  nameNetwork,
  type NetworkEdit,
  type NetworkSpec,
  type MemoryPart,
} from '../src/shared/vgg'
import type { EngineQuestion } from './engine-worker'
import { describeMachine, formatMachine } from './harness/machine'
import { formatGigabytes, formatTable, say } from './harness/report'
import { BenchWorker } from './harness/worker'

export const TRAINING_MEMORY_HELP = `bench training-memory [--only D-224-8,...] [--steps 2] [--quick] [--json]
  Peak memory of training, and of forward passes, compared with the estimate, a process for each case.
  --quick  without the cases at 224`

const CLASSES = 1000
const SEED = 1

/** A network and how it is trained, or asked. */
interface Case {
  readonly name: string
  readonly kind?: 'forward'
  readonly network: Omit<NetworkSpec, 'classes'>
  readonly batch: number
  readonly microBatch: number
}

const LARGE_KERNELS: NetworkEdit = {
  name: 'A with 7×7',
  kernels: [[7], [7], [7, 7], [7, 7], [7, 7]],
  fullyConnectedUnits: [1024, 1024],
}

const D = { configuration: 'D', inputSize: 224, width: 1 } as const
const E = { configuration: 'E', inputSize: 224, width: 1 } as const
const A_64 = { configuration: 'A', inputSize: 64, width: 1 } as const

const CASES: readonly Case[] = [
  // So small that its peak is the runtime's.
  {
    name: 'runtime',
    network: { configuration: 'A', inputSize: 32, width: 0.02 },
    batch: 1,
    microBatch: 1,
  },
  { name: 'A-64-16', network: A_64, batch: 16, microBatch: 16 },
  { name: 'A-LRN-64-16', network: { ...A_64, configuration: 'A-LRN' }, batch: 16, microBatch: 16 },
  { name: 'A-64-128', network: A_64, batch: 128, microBatch: 128 },
  { name: 'edited-64-16', network: { ...A_64, edit: LARGE_KERNELS }, batch: 16, microBatch: 16 },
  { name: 'E-224-4', network: E, batch: 4, microBatch: 4 },
  { name: 'D-224-8', network: D, batch: 8, microBatch: 8 },
  { name: 'D-224-8-cut', network: D, batch: 8, microBatch: 1 },
  { name: 'D-224-32', network: D, batch: 32, microBatch: 32 },
  { name: 'forward-A-64-32', kind: 'forward', network: A_64, batch: 32, microBatch: 32 },
  { name: 'forward-A-64-256', kind: 'forward', network: A_64, batch: 256, microBatch: 256 },
  { name: 'forward-D-224-32', kind: 'forward', network: D, batch: 32, microBatch: 32 },
]

/** A case with what came out. */
interface Result extends Case {
  readonly measuredBytes: number
  readonly estimate: {
    readonly bytes: number
    /** Of training alone. */
    readonly parts: Readonly<Record<MemoryPart, number>> | null
  }
}

/** `bench training-memory`: how near the estimate comes. */
export async function benchTrainingMemory(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      steps: { type: 'string', default: '2' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const names = CASES.map(({ name }) => name)
  const wanted = options.only?.split(',') ?? names
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`--only takes ${names.join(', ')}; got ${unknown}.`)
  const steps = Number(options.steps)
  if (!(Number.isInteger(steps) && steps > 0)) {
    throw new Error(`--steps takes a whole number from 1; got ${options.steps}.`)
  }
  const cases = CASES.filter(
    ({ name, network }) => wanted.includes(name) && !(options.quick && network.inputSize === 224),
  )
  const machine = describeMachine()
  const results: Result[] = []
  for (const one of cases) {
    say(`${one.name}: ${steps} steps`)
    results.push(await measureCase(one, steps))
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, steps, results }, null, 2)}\n`)
    return
  }
  process.stdout.write(
    `Peak memory of training, ${steps} steps after the engine has timed itself\n${formatMachine(machine)}\n\n${formatResults(results)}\n\n` +
      'Goal: the estimate within 15% of what is measured for D at 224, batches of 8 and 32.\n',
  )
}

async function measureCase(one: Case, steps: number): Promise<Result> {
  const { network, batch, microBatch, kind = 'train' } = one
  const worker = new BenchWorker(one.name, process.execPath, [
    process.argv[1] ?? '',
    'worker',
    'engine',
  ])
  const ask = (question: EngineQuestion): Promise<unknown> => worker.ask(question)
  try {
    await ask({
      do: 'prepare',
      kind,
      batch,
      precision: 'float32',
      classes: CLASSES,
      seed: SEED,
      network,
    })
    // As the application does before it trains.
    if (kind === 'train') await ask({ do: 'time-calls' })
    for (let step = 0; step < steps; step++) await ask({ do: 'call', count: batch, microBatch })
    const memory = worker.memory()
    if (memory === null) throw new Error('This benchmark needs /proc: it runs on Linux only.')
    const spec = { ...network, classes: CLASSES }
    const estimate =
      kind === 'train'
        ? estimateTrainingMemory({ spec, batchSize: batch, microBatch, precision: 'float32' })
        : { bytes: estimateForward(spec, batch), parts: null }
    return { ...one, measuredBytes: memory.peakBytes, estimate }
  } finally {
    await worker.close()
  }
}

function estimateForward(spec: NetworkSpec, pictures: number): number {
  const state = { precision: 'float32', hasVelocity: false, hasGradients: false } as const
  return estimateCallMemory(describeNetwork(spec), state, { kind: 'forward' }, pictures)
}

function formatResults(results: readonly Result[]): string {
  const rows = results.map(({ kind, network, batch, microBatch, measuredBytes, estimate }) => [
    `${kind === undefined ? '' : `${kind}: `}${nameNetwork(network)}, ${network.inputSize} px, width ${network.width}`,
    String(batch),
    String(microBatch),
    formatGigabytes(measuredBytes),
    formatGigabytes(estimate.bytes),
    (estimate.bytes / measuredBytes).toFixed(2),
    ...MEMORY_PARTS.map((part) =>
      estimate.parts === null ? '' : formatGigabytes(estimate.parts[part]),
    ),
  ])
  const heads = ['GB', 'batch', 'call', 'measured', 'estimated', 'ratio', ...MEMORY_PARTS]
  return formatTable(heads, rows)
}
