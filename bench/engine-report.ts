import { describeOneDnn, type DeviceReport } from '../src/shared/contract'
import type { Precision } from '../src/shared/spec'
import { formatMachine, type Machine } from './harness/machine'
import { formatGigabytes, formatGoals, formatNumber, formatTable } from './harness/report'
import { compareRounds, summarise } from './harness/statistics'
import type { PytorchFacts } from './pytorch'

export interface VariantResult {
  readonly name: string
  readonly isOurs: boolean
  readonly precision: Precision
  /** Of each round, in order; the same index of two variants is the same round. */
  readonly timingsMs: readonly number[]
  readonly medianMs: number
  /** Median processor time of a call, all threads: much less than time x threads tells of company. */
  readonly cpuMs: number
  /** The most memory that the side's process had resident; null where it can't be told. */
  readonly peakBytes: number | null
  /** Loss of the last step, or the sum of probabilities: that the work was done. */
  readonly lastValue: number
}

export interface WorkloadResult {
  readonly name: string
  readonly batch: number
  readonly variants: readonly VariantResult[]
}

export interface EngineReport {
  readonly machine: Machine
  readonly device: DeviceReport
  pytorch: PytorchFacts | null
  readonly workloads: WorkloadResult[]
}

/**
 * What the project set itself: times as fast as PyTorch's best of the same precision, and the peak
 * memory in GB.
 */
const SPEED_GOALS: Readonly<Record<string, Readonly<Record<Precision, number>>>> = {
  'forward-1': { float32: 1.05, bfloat16: 1.5 },
  'forward-8': { float32: 1.12, bfloat16: 1.12 },
  'train-8': { float32: 1.2, bfloat16: 1.12 },
  'train-32': { float32: 1.2, bfloat16: 1.12 },
}
const MEMORY_GOALS_GB: Readonly<Record<string, Readonly<Record<Precision, number>>>> = {
  'train-8': { float32: 3.1, bfloat16: 3.1 },
  'train-32': { float32: 4.5, bfloat16: 3.9 },
}

export function printEngineReport(report: EngineReport): void {
  const { machine, device, pytorch } = report
  const lines = [
    'VGG-16 (D) at 224, 1000 classes: the bare engine compared with PyTorch',
    formatMachine(machine),
    `VGG Lab: TensorFlow ${device.tensorflowVersion} on ${device.deviceName} (${device.device}), ${device.threads} threads, oneDNN ${describeOneDnn(device.oneDnn)}`,
    pytorch === null
      ? 'PyTorch: not measured'
      : `PyTorch: ${pytorch.version} on ${pytorch.device}, ${pytorch.threads} threads`,
  ]
  if (!device.bfloat16.supported) lines.push(`bfloat16: not measured. ${device.bfloat16.reason}`)
  for (const workload of report.workloads) lines.push('', formatWorkload(workload))
  const goals = report.workloads.flatMap(listGoals)
  if (goals.length > 0) lines.push('', formatGoals(goals))
  process.stdout.write(`${lines.join('\n')}\n`)
}

function formatWorkload({ name, batch, variants }: WorkloadResult): string {
  const rows = variants.map(({ name: side, timingsMs, cpuMs, peakBytes, lastValue }) => {
    const { median, min, max, count } = summarise(timingsMs)
    return [
      side,
      ...[median, min, max, median / batch, cpuMs].map(formatNumber),
      String(count),
      formatGigabytes(peakBytes),
      formatNumber(lastValue),
    ]
  })
  const value = name.startsWith('train') ? 'last loss' : 'sum of p'
  return formatTable(
    [name, 'median ms', 'min', 'max', 'ms/image', 'CPU ms', 'rounds', 'peak GB', value],
    rows,
  )
}

function listGoals({ name, variants }: WorkloadResult) {
  return variants
    .filter(({ isOurs }) => isOurs)
    .flatMap((ours) => {
      const best = findBest(variants, ours.precision)
      const speed = best && compareRounds(ours.timingsMs, best.timingsMs)
      const memoryGoal = MEMORY_GOALS_GB[name]?.[ours.precision]
      const lines = []
      if (best && speed) {
        lines.push({
          what: `${name} ${ours.precision}: times as fast as ${best.name}`,
          // The quotient of the medians, and the range of the quotients round by round.
          measured: `${formatNumber(best.medianMs / ours.medianMs)} (${formatNumber(speed.min)} to ${formatNumber(speed.max)})`,
          goal: `${SPEED_GOALS[name]?.[ours.precision] ?? '-'}`,
        })
      }
      if (memoryGoal !== undefined) {
        lines.push({
          what: `${name} ${ours.precision}: peak memory, GB`,
          measured: formatGigabytes(ours.peakBytes),
          goal: `at most ${memoryGoal}`,
        })
      }
      return lines
    })
}

/** PyTorch's fastest variant of a precision. */
function findBest(
  variants: readonly VariantResult[],
  precision: Precision,
): VariantResult | undefined {
  return variants
    .filter((variant) => !variant.isOurs && variant.precision === precision)
    .sort((a, b) => a.medianMs - b.medianMs)[0]
}
