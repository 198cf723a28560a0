import { parseArgs } from 'node:util'
import { describeOneDnn, type DeviceReport } from '../src/shared/contract'
import { describeDense, describeNetwork } from '../src/shared/vgg'
import type { CallAnswer, EngineQuestion, PlaneSize } from './engine-worker'
import { interleave } from './harness/interleave'
import { describeMachine, formatMachine } from './harness/machine'
import { formatGigabytes, formatGoals, formatNumber, formatTable, say } from './harness/report'
import { compareRounds, median, summarise } from './harness/statistics'
import { BenchWorker } from './harness/worker'
import { preparePytorch, type PytorchFacts } from './pytorch'

const SPEC = { configuration: 'D', inputSize: 224, classes: 1000, width: 1 } as const
const SEED = 1
/** Pictures of a call, centre crops or whole ones. */
const PICTURES = 16
/** Whole pictures at Q = 256 and their flips, those of a size together. */
const SIZES: readonly PlaneSize[] = [
  { count: 4, height: 256, width: 341 },
  { count: 4, height: 256, width: 384 },
  { count: 2, height: 341, width: 256 },
  { count: 2, height: 384, width: 256 },
  { count: 2, height: 256, width: 256 },
  { count: 2, height: 256, width: 512 },
]

export const DENSE_HELP = `bench dense [--rounds 5] [--no-pytorch] [--json]
  VGG-16 (D) over whole pictures of mixed shapes at Q = 256, in memory (section 3.2): the time relative to
  centre crops of 224 px, divided by the ratio of the multiply-adds, and compared with PyTorch in
  channels_last, interleaved in one run.`

/** One program at one kind of work, in a process of its own. */
interface Side {
  readonly program: 'VGG Lab' | 'PyTorch channels_last'
  readonly work: 'crops' | 'dense'
  readonly worker: BenchWorker
}

interface SideResult extends Pick<Side, 'program' | 'work'> {
  /** Of each round, in order; the same index of two sides is the same round. */
  readonly timingsMs: readonly number[]
  /** Median processor time of a call, all threads. */
  readonly cpuMs: number
  readonly peakBytes: number | null
}

/** `bench dense`: the fully convolutional pass. */
export async function benchDense(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      'no-pytorch': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const rounds = Number(options.rounds)
  if (!(Number.isInteger(rounds) && rounds > 0))
    throw new Error(`--rounds takes a whole number from 1; got ${options.rounds}.`)
  const machine = describeMachine()
  const python = options['no-pytorch'] ? null : preparePytorch()
  const sides = listSides(python)
  try {
    const facts = []
    for (const side of sides) facts.push(await prepare(side))
    const device = facts[0] as DeviceReport
    const pytorch = python === null ? null : (facts[facts.length - 1] as PytorchFacts)
    const results = await measure(sides, rounds)
    const report = { machine, device, pytorch, macs: countMacs(), sides: results }
    if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    else printReport(report)
  } finally {
    await Promise.all(sides.map(({ worker }) => worker.close()))
  }
}

function listSides(python: string | null): Side[] {
  return (['crops', 'dense'] as const).flatMap((work): Side[] => {
    const own = [process.argv[1] ?? '', 'worker', 'engine']
    const ours = new BenchWorker(`VGG Lab, ${work}`, process.execPath, own)
    const sides: Side[] = [{ program: 'VGG Lab', work, worker: ours }]
    if (python === null) return sides
    const theirs = new BenchWorker(`PyTorch, ${work}`, python, ['bench/pytorch_worker.py'])
    return [...sides, { program: 'PyTorch channels_last', work, worker: theirs }]
  })
}

async function prepare({ program, work, worker }: Side): Promise<DeviceReport | PytorchFacts> {
  const question = {
    do: 'prepare' as const,
    kind: work === 'dense' ? ('dense' as const) : ('forward' as const),
    sizes: work === 'dense' ? SIZES : [],
    batch: PICTURES,
    classes: SPEC.classes,
    seed: SEED,
  }
  return program === 'VGG Lab'
    ? await worker.ask<DeviceReport>({ ...question, precision: 'float32' } satisfies EngineQuestion)
    : await worker.ask<PytorchFacts>({ ...question, variant: 'channels_last', device: 'cpu' })
}

async function measure(sides: readonly Side[], rounds: number): Promise<SideResult[]> {
  const cpuMs = sides.map((): number[] => [])
  const call = async (index: number): Promise<number> => {
    const answer = await sides[index]?.worker.ask<CallAnswer>({ do: 'call', count: PICTURES })
    cpuMs[index]?.push(answer?.cpuMs ?? NaN)
    return answer?.ms ?? NaN
  }
  const timings = await interleave(
    sides.map(({ program, work }, index) => ({
      name: `${program}, ${work}`,
      warm: () => call(index),
      measure: () => call(index),
    })),
    { min: rounds, max: rounds, budgetMs: 0 },
    (round) => say(`round ${round} of ${rounds}`),
  )
  return sides.map(({ program, work, worker }, index) => ({
    program,
    work,
    timingsMs: timings[index] ?? [],
    // The first one warmed the side up.
    cpuMs: median(cpuMs[index]?.slice(1) ?? []),
    peakBytes: worker.memory()?.peakBytes ?? null,
  }))
}

/** Multiply-adds of a call. */
function countMacs(): Readonly<Record<Side['work'], number>> {
  const dense = SIZES.map(
    ({ count, height, width }) => count * describeDense(SPEC, height, width).macs,
  )
  return {
    crops: PICTURES * describeNetwork(SPEC).macs,
    dense: dense.reduce((sum, macs) => sum + macs, 0),
  }
}

interface DenseReport {
  readonly machine: ReturnType<typeof describeMachine>
  readonly device: DeviceReport
  readonly pytorch: PytorchFacts | null
  readonly macs: Readonly<Record<Side['work'], number>>
  readonly sides: readonly SideResult[]
}

function printReport({ machine, device, pytorch, macs, sides }: DenseReport): void {
  const rows = sides.map(({ program, work, timingsMs, cpuMs, peakBytes }) => {
    const { median: ms, min, max, count } = summarise(timingsMs)
    return [
      `${program}, ${work}`,
      ...[ms, min, max, ms / PICTURES, macs[work] / ms / 1e6, cpuMs].map(formatNumber),
      String(count),
      formatGigabytes(peakBytes),
    ]
  })
  const heads = ['', 'median ms', 'min', 'max', 'ms/image', 'GMAC/s', 'CPU ms', 'rounds', 'peak GB']
  const ratio = macs.dense / macs.crops
  const timesOf = (program: Side['program'], work: Side['work']): readonly number[] =>
    sides.find((side) => side.program === program && side.work === work)?.timingsMs ?? []
  const own = timesOf('VGG Lab', 'dense')
  // Round by round: crops a multiply-add over dense a multiply-add.
  const cost = compareRounds(
    timesOf('VGG Lab', 'crops').map((ms) => ms * ratio),
    own,
  )
  const speed = compareRounds(own, timesOf('PyTorch channels_last', 'dense'))
  const goals = [
    {
      what: 'dense: time over that of crops, divided by the ratio of multiply-adds',
      measured: `${formatNumber(cost.median)} (${formatNumber(cost.min)} to ${formatNumber(cost.max)})`,
      goal: 'at most 1.1',
    },
    ...(pytorch === null
      ? []
      : [
          {
            what: 'dense: times as fast as PyTorch channels_last',
            measured: `${formatNumber(speed.median)} (${formatNumber(speed.min)} to ${formatNumber(speed.max)})`,
            goal: 'at least 1',
          },
        ]),
  ]
  const lines = [
    `VGG-16 (D), 1000 classes, float32: ${PICTURES} whole pictures at Q = 256 and ${PICTURES} crops of 224 px a call; multiply-adds ${formatNumber(ratio)} to 1`,
    formatMachine(machine),
    `VGG Lab: TensorFlow ${device.tensorflowVersion} on ${device.deviceName} (${device.device}), ${device.threads} threads, oneDNN ${describeOneDnn(device.oneDnn)}`,
    pytorch === null
      ? 'PyTorch: not measured'
      : `PyTorch: ${pytorch.version} on ${pytorch.device}, ${pytorch.threads} threads`,
    '',
    formatTable(heads, rows),
    '',
    formatGoals(goals),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
