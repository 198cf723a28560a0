import { parseArgs } from 'node:util'
import type { DeviceReport } from '../src/shared/contract'
import type { Precision } from '../src/shared/spec'
import type { CallAnswer, EngineQuestion } from './engine-worker'
import { interleave, type Rounds } from './harness/interleave'
import { describeMachine } from './harness/machine'
import { say } from './harness/report'
import { median } from './harness/statistics'
import { BenchWorker } from './harness/worker'
import { printEngineReport, type EngineReport, type VariantResult } from './engine-report'
import { preparePytorch, type PytorchFacts } from './pytorch'

const CLASSES = 1000
const SEED = 1
/** Pictures of a warm-up call at most: more warms nothing that these leave cold. */
const WARM_UP_PICTURES = 8

/** VGG-16 (D) at 224 with 1000 classes, and how long it may be measured. */
interface Workload {
  readonly name: string
  readonly kind: 'forward' | 'train'
  readonly batch: number
  readonly rounds: Rounds
}

const WORKLOADS: readonly Workload[] = [
  { name: 'forward-1', kind: 'forward', batch: 1, rounds: { min: 5, max: 20, budgetMs: 25e3 } },
  { name: 'forward-8', kind: 'forward', batch: 8, rounds: { min: 3, max: 12, budgetMs: 50e3 } },
  { name: 'train-8', kind: 'train', batch: 8, rounds: { min: 2, max: 8, budgetMs: 110e3 } },
  { name: 'train-32', kind: 'train', batch: 32, rounds: { min: 1, max: 5, budgetMs: 170e3 } },
]

/** One side of a workload, in a process of its own. */
interface Variant {
  readonly name: string
  readonly isOurs: boolean
  readonly precision: Precision
  start(): BenchWorker
  /** What the worker is told to prepare. */
  readonly preparation: object
  readonly call: object
}

export const ENGINE_HELP = `bench engine [--only forward-1,forward-8,train-8,train-32] [--rounds N] [--quick] [--micro-batch N] [--no-pytorch] [--json]
  VGG-16 (D) at 224, forward and training step, compared with PyTorch, interleaved in one run.
  --quick        one round of each
  --micro-batch  our training steps in micro-batches of N pictures, as the application runs them`

/** `bench engine`: the bare engine compared with PyTorch. */
export async function benchEngine(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: WORKLOADS.map(({ name }) => name).join(',') },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'micro-batch': { type: 'string' },
      'no-pytorch': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const wanted = options.only.split(',')
  const unknown = wanted.find((name) => !WORKLOADS.some((workload) => workload.name === name))
  if (unknown !== undefined) {
    throw new Error(`--only takes ${WORKLOADS.map(({ name }) => name).join(', ')}; got ${unknown}.`)
  }
  const fixed = options.quick ? 1 : options.rounds === undefined ? null : Number(options.rounds)
  if (fixed !== null && !(Number.isInteger(fixed) && fixed > 0)) {
    throw new Error(`--rounds takes a whole number from 1; got ${options.rounds}.`)
  }

  const machine = describeMachine()
  const device = await askDevice()
  const python = options['no-pytorch'] ? null : preparePytorch()
  const microBatch =
    options['micro-batch'] === undefined ? {} : { microBatch: Number(options['micro-batch']) }
  const report: EngineReport = { machine, device, pytorch: null, workloads: [] }
  for (const workload of WORKLOADS.filter(({ name }) => wanted.includes(name))) {
    const rounds = fixed === null ? workload.rounds : { min: fixed, max: fixed, budgetMs: 0 }
    const variants = listVariants(workload, device, python, microBatch)
    report.workloads.push({
      name: workload.name,
      batch: workload.batch,
      variants: await measureWorkload({ ...workload, rounds }, variants, report),
    })
  }
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else printEngineReport(report)
}

async function askDevice(): Promise<DeviceReport> {
  const worker = startOurs()
  try {
    return await worker.ask<DeviceReport>({ do: 'device' } satisfies EngineQuestion)
  } finally {
    await worker.close()
  }
}

function startOurs(): BenchWorker {
  return new BenchWorker('VGG Lab', process.execPath, [process.argv[1] ?? '', 'worker', 'engine'])
}

function listVariants(
  { kind, batch }: Workload,
  device: DeviceReport,
  python: string | null,
  microBatch: { microBatch?: number },
): Variant[] {
  const precisions: Precision[] = device.bfloat16.supported ? ['float32', 'bfloat16'] : ['float32']
  const common = { do: 'prepare' as const, kind, batch, classes: CLASSES, seed: SEED }
  const ours = precisions.map((precision): Variant => ({
    name: `VGG Lab ${precision}`,
    isOurs: true,
    precision,
    start: startOurs,
    preparation: { ...common, precision } satisfies EngineQuestion,
    call: kind === 'train' ? { do: 'call', ...microBatch } : { do: 'call' },
  }))
  if (python === null) return ours
  const theirs = ['default', 'channels_last', 'bfloat16'].map((variant): Variant => ({
    name: variant === 'bfloat16' ? 'PyTorch bfloat16 autocast' : `PyTorch float32 ${variant}`,
    isOurs: false,
    precision: variant === 'bfloat16' ? 'bfloat16' : 'float32',
    start: () => new BenchWorker('PyTorch', python, ['bench/pytorch_worker.py']),
    preparation: { ...common, variant, device: device.device === 'gpu' ? 'cuda' : 'cpu' },
    call: { do: 'call' },
  }))
  return [...ours, ...theirs.filter(({ precision }) => precisions.includes(precision))]
}

async function measureWorkload(
  { name, batch, rounds }: Workload,
  variants: readonly Variant[],
  report: EngineReport,
): Promise<VariantResult[]> {
  const workers = variants.map((variant) => variant.start())
  try {
    say(`${name}: preparing ${variants.length} sides`)
    const lastAnswers = new Map<number, CallAnswer>()
    const cpuMs = variants.map((): number[] => [])
    for (const [index, variant] of variants.entries()) {
      const answer = await workers[index]?.ask<PytorchFacts>(variant.preparation)
      if (!variant.isOurs && answer !== undefined) report.pytorch = answer
    }
    const ask = async (index: number, count: number) => {
      const answer = await workers[index]?.ask<CallAnswer>({ ...variants[index]?.call, count })
      if (answer !== undefined) lastAnswers.set(index, answer)
      return answer?.ms ?? NaN
    }
    const sides = variants.map((variant, index) => ({
      name: variant.name,
      warm: () => ask(index, Math.min(batch, WARM_UP_PICTURES)),
      measure: async () => {
        const ms = await ask(index, batch)
        cpuMs[index]?.push(lastAnswers.get(index)?.cpuMs ?? NaN)
        return ms
      },
    }))
    const timings = await interleave(sides, rounds, (round) => say(`${name}: round ${round}`))
    return variants.map((variant, index): VariantResult => ({
      name: variant.name,
      isOurs: variant.isOurs,
      precision: variant.precision,
      timingsMs: timings[index] ?? [],
      medianMs: median(timings[index] ?? []),
      cpuMs: median(cpuMs[index] ?? []),
      peakBytes: workers[index]?.memory()?.peakBytes ?? null,
      lastValue: lastAnswers.get(index)?.value ?? NaN,
    }))
  } finally {
    await Promise.all(workers.map((worker) => worker.close()))
  }
}
