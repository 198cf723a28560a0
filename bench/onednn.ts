import { parseArgs } from 'node:util'
import type { DeviceReport } from '../src/shared/contract'
import type { OneDnnChoice } from '../src/shared/spec'
import { nameNetwork, type NetworkSpec } from '../src/shared/vgg'
import type { CallAnswer, EngineQuestion } from './engine-worker'
import { interleave, type Rounds } from './harness/interleave'
import { describeMachine, formatMachine } from './harness/machine'
import { formatNumber, formatTable, say } from './harness/report'
import { compareRounds, summarise } from './harness/statistics'
import { BenchWorker } from './harness/worker'

export const ONEDNN_HELP = `bench onednn [--only A-64,...] [--rounds N] [--quick] [--json]
  Training steps and forward passes with oneDNN and with TensorFlow's own kernels, interleaved in one run.
  ONEDNN_MAX_CPU_ISA=AVX2 in the environment holds both to an older processor's instructions.
  --quick  one round of the small networks`

const CLASSES = 1000
const SEED = 1
const SIDES = ['on', 'off'] as const satisfies readonly OneDnnChoice[]

/** A network and what is asked of it. */
interface Workload {
  readonly name: string
  readonly kind: 'forward' | 'train'
  readonly network: Omit<NetworkSpec, 'classes'>
  readonly batch: number
  readonly rounds: Rounds
}

const D = { configuration: 'D', inputSize: 224, width: 1 } as const
const SHORT: Rounds = { min: 5, max: 40, budgetMs: 20e3 }
const LONG: Rounds = { min: 3, max: 8, budgetMs: 90e3 }

const WORKLOADS: readonly Workload[] = [
  {
    name: 'A-64',
    kind: 'train',
    network: { configuration: 'A', inputSize: 64, width: 0.25 },
    batch: 16,
    rounds: SHORT,
  },
  {
    name: 'A-32',
    kind: 'train',
    network: { configuration: 'A', inputSize: 32, width: 0.25 },
    batch: 16,
    rounds: SHORT,
  },
  {
    name: 'A-128',
    kind: 'train',
    network: { configuration: 'A', inputSize: 128, width: 1 },
    batch: 16,
    rounds: LONG,
  },
  { name: 'D-half', kind: 'train', network: { ...D, width: 0.5 }, batch: 8, rounds: LONG },
  { name: 'D-train-8', kind: 'train', network: D, batch: 8, rounds: LONG },
  { name: 'D-forward-8', kind: 'forward', network: D, batch: 8, rounds: LONG },
  { name: 'D-forward-1', kind: 'forward', network: D, batch: 1, rounds: SHORT },
]

/** A workload with what came out: milliseconds a call, round by round. */
interface Result {
  readonly name: string
  readonly what: string
  readonly on: readonly number[]
  readonly off: readonly number[]
}

/** `bench onednn`: whether the rule, oneDNN on every x64 processor, pays on this one. */
export async function benchOneDnn(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const names = WORKLOADS.map(({ name }) => name)
  const wanted = options.only?.split(',') ?? names
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`--only takes ${names.join(', ')}; got ${unknown}.`)
  const fixed = options.quick ? 1 : options.rounds === undefined ? null : Number(options.rounds)
  if (fixed !== null && !(Number.isInteger(fixed) && fixed > 0)) {
    throw new Error(`--rounds takes a whole number from 1; got ${options.rounds}.`)
  }

  const machine = describeMachine()
  const results: Result[] = []
  let device: DeviceReport | null = null
  for (const workload of WORKLOADS) {
    const isLarge = workload.network.inputSize > 64
    if (!wanted.includes(workload.name) || (options.quick && isLarge)) continue
    const rounds = fixed === null ? workload.rounds : { min: fixed, max: fixed, budgetMs: 0 }
    const measured = await measure({ ...workload, rounds })
    results.push(measured.result)
    device = measured.device
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, device, results }, null, 2)}\n`)
    return
  }
  const held = device?.oneDnn.instructionSet ?? 'what it finds'
  process.stdout.write(
    `oneDNN, up to ${held}, compared with TensorFlow's own kernels; ms a call\n${formatMachine(machine)}\n\n${formatResults(results)}\n`,
  )
}

async function measure(workload: Workload): Promise<{ result: Result; device: DeviceReport }> {
  const { name, kind, network, batch, rounds } = workload
  const workers = SIDES.map(
    (side) =>
      new BenchWorker(
        `oneDNN ${side}`,
        process.execPath,
        [process.argv[1] ?? '', 'worker', 'engine'],
        {
          ...process.env,
          VGG_LAB_ONEDNN: side,
          // On a GPU neither would compute.
          VGG_LAB_DEVICE: 'cpu',
        },
      ),
  )
  try {
    say(`${name}: preparing`)
    const preparation: EngineQuestion = {
      do: 'prepare',
      kind,
      batch,
      precision: 'float32',
      classes: CLASSES,
      seed: SEED,
      network,
    }
    const devices: DeviceReport[] = []
    for (const worker of workers) devices.push(await worker.ask<DeviceReport>(preparation))
    const sides = workers.map((worker) => {
      const call = async (): Promise<number> => {
        const question: EngineQuestion = { do: 'call', count: batch }
        return (await worker.ask<CallAnswer>(question)).ms
      }
      return { name: worker.name, warm: call, measure: call }
    })
    const [on = [], off = []] = await interleave(sides, rounds, (round) => {
      say(`${name}: round ${round}`)
    })
    const [device] = devices
    if (device === undefined) throw new Error('No worker was started.')
    return { result: { name, what: describeWorkload(workload), on, off }, device }
  } finally {
    await Promise.all(workers.map((worker) => worker.close()))
  }
}

function describeWorkload({ kind, network, batch }: Workload): string {
  const work = kind === 'train' ? 'training step' : 'forward'
  return `${nameNetwork(network)}, ${network.inputSize} px, width ${network.width}: ${work}, ${batch}`
}

/** Minima first: what the processor can do. The medians, and so the company, stand behind. */
function formatResults(results: readonly Result[]): string {
  const rows = results.map(({ name, what, on, off }) => {
    const [ours, others, ratio] = [summarise(on), summarise(off), compareRounds(on, off)]
    return [
      `${name}: ${what}`,
      ...[ours.min, others.min, others.min / ours.min, ours.median, others.median].map(
        formatNumber,
      ),
      `${formatNumber(ratio.median)} (${formatNumber(ratio.min)} to ${formatNumber(ratio.max)})`,
      String(ours.count),
    ]
  })
  const heads = ['', 'on, min', 'off, min', 'off/on', 'on, median', 'off, median']
  return formatTable([...heads, 'off/on by rounds', 'rounds'], rows)
}
