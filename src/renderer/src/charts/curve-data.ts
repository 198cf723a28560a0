import { present } from '../../../shared/present'
import type { EpochMetrics } from '../../../shared/spec'
import { encodeCsv, type CsvCell } from '../lib/export/numeric-files'
import { nearestIndex, type Span } from './decimate'

/** What the x axis counts. */
export const X_AXES = ['step', 'epoch', 'seconds'] as const
export type XAxis = (typeof X_AXES)[number]

/** The numbers that are drawn. */
export type CurveMetric = 'loss' | 'top1' | 'top5'

/** The columns of step lines that curves read; a part of the training state's history. */
export interface CurveHistory {
  readonly length: number
  readonly epochs: readonly EpochMetrics[]
  column(name: XAxis | CurveMetric | 'learningRate'): Float64Array
}

/** Where the learning rate went down: the first point with the lower rate. */
export interface RateDrop {
  readonly x: number
  readonly learningRate: number
}

/**
 * The drops of the learning rate in a growing history, which only ever falls in the paper's schedule
 * (section 3.1). Old points are not looked at again.
 */
export class RateDropFinder {
  #seen = 1
  readonly #indices: number[] = []

  clear(): void {
    this.#seen = 1
    this.#indices.length = 0
  }

  /** All drops so far on the x axis given. */
  extend(x: Float64Array, learningRate: Float64Array): RateDrop[] {
    for (; this.#seen < learningRate.length; this.#seen++) {
      const rate = present(learningRate[this.#seen])
      if (rate < present(learningRate[this.#seen - 1]) * 0.999) this.#indices.push(this.#seen)
    }
    return this.#indices.map((index) => ({
      x: present(x[index]),
      learningRate: present(learningRate[index]),
    }))
  }
}

/** The x of an epoch's validation: at its end. */
export function epochX(epoch: EpochMetrics, axis: XAxis): number {
  return axis === 'step' ? epoch.step : axis === 'epoch' ? epoch.epoch : epoch.seconds
}

/** From where a run began to its newest point. */
export function extentOf(history: CurveHistory, axis: XAxis): Span {
  const lastEpoch = history.epochs[history.epochs.length - 1]
  const atEpoch = lastEpoch === undefined ? 0 : epochX(lastEpoch, axis)
  const max = Math.max(history.column(axis).at(-1) ?? 0, atEpoch)
  return { min: 0, max: max > 0 ? max : 1 }
}

/** Where a place of one axis is on another: at the nearest point; the ends of a run are its ends. */
export function convertX(history: CurveHistory, x: number, from: XAxis, to: XAxis): number {
  const end = extentOf(history, from).max
  if (x <= 0) return 0
  if (x >= end) return extentOf(history, to).max
  const index = nearestIndex(history.column(from), x)
  return index < 0 ? 0 : present(history.column(to)[index])
}

/** The points of one figure as CSV: a row a step line, a row an epoch, told apart by `kind`. */
export function encodeCurvesCsv(
  history: CurveHistory,
  metrics: readonly CurveMetric[],
): Uint8Array {
  const columns = metrics.map((metric) => history.column(metric))
  const [step, epoch, seconds, rate] = [
    history.column('step'),
    history.column('epoch'),
    history.column('seconds'),
    history.column('learningRate'),
  ]
  const rows: CsvCell[][] = Array.from({ length: history.length }, (_, at) => [
    'step',
    step[at] ?? null,
    epoch[at] ?? null,
    seconds[at] ?? null,
    rate[at] ?? null,
    ...columns.map((column) => column[at] ?? null),
    ...metrics.map(() => null),
  ])
  for (const line of history.epochs) {
    rows.push([
      'epoch',
      line.step,
      line.epoch,
      line.seconds,
      line.learningRate,
      ...metrics.map((metric) => line.train[metric]),
      ...metrics.map((metric) => line.validation[metric]),
    ])
  }
  const header = ['kind', 'step', 'epoch', 'seconds', 'learning_rate']
  return encodeCsv(
    [
      ...header,
      ...metrics.map((metric) => `train_${metric}`),
      ...metrics.map((metric) => `validation_${metric}`),
    ],
    rows,
  )
}
