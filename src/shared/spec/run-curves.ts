import type { EpochMetrics, MetricsLine } from './metrics'

/** The numbers of a step line, each in a column of its own. */
export const STEP_COLUMNS = [
  'step',
  'epoch',
  'seconds',
  'learningRate',
  'loss',
  'top1',
  'top5',
] as const
export type StepColumn = (typeof STEP_COLUMNS)[number]

/** A run's metrics as columns, which cross between processes at no cost a line. */
export interface RunCurves {
  /** A value a step line, all columns of one length. */
  readonly steps: Readonly<Record<StepColumn, Float64Array>>
  /** Oldest first. */
  readonly epochs: readonly EpochMetrics[]
}

/** Empty columns for `count` steps. */
export function makeStepColumns(count: number): Record<StepColumn, Float64Array> {
  const column = (): Float64Array => new Float64Array(count)
  return {
    step: column(),
    epoch: column(),
    seconds: column(),
    learningRate: column(),
    loss: column(),
    top1: column(),
    top5: column(),
  }
}

/** Puts metrics lines, in their order, into columns. */
export function toCurves(lines: readonly MetricsLine[]): RunCurves {
  const count = lines.reduce((sum, line) => sum + (line.kind === 'step' ? 1 : 0), 0)
  const steps = makeStepColumns(count)
  const epochs: EpochMetrics[] = []
  let at = 0
  for (const line of lines) {
    if (line.kind === 'epoch') {
      epochs.push(line)
      continue
    }
    steps.step[at] = line.step
    steps.epoch[at] = line.epoch
    steps.seconds[at] = line.seconds
    steps.learningRate[at] = line.learningRate
    steps.loss[at] = line.train.loss
    steps.top1[at] = line.train.top1
    steps.top5[at] = line.train.top5
    at++
  }
  return { steps, epochs }
}
