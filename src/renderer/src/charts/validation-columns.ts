import type { EpochMetrics } from '../../../shared/spec'
import { epochX, type CurveMetric, type XAxis } from './curve-data'
import { MinMaxPyramid } from './min-max-pyramid'

const FIRST_CAPACITY = 64
const AXES = ['step', 'epoch', 'seconds'] as const

/** The validation points of one metric as growing columns: an epoch that was taken in is not looked at again. */
export class ValidationColumns {
  readonly #metric: CurveMetric
  readonly #pyramid = new MinMaxPyramid()
  #last: EpochMetrics | undefined
  #length = 0
  #columns = makeColumns(FIRST_CAPACITY)

  constructor(metric: CurveMetric) {
    this.#metric = metric
  }

  /** Takes in what is new; starts again where the epochs are another run's. */
  follow(epochs: readonly EpochMetrics[]): void {
    if (this.#length > 0 && epochs[this.#length - 1] !== this.#last) {
      this.#length = 0
      this.#pyramid.clear()
    }
    while (epochs.length > this.#columns.y.length) this.#grow()
    for (; this.#length < epochs.length; this.#length++) {
      const epoch = epochs[this.#length]
      if (epoch === undefined) break
      for (const axis of AXES) this.#columns[axis][this.#length] = epochX(epoch, axis)
      this.#columns.y[this.#length] = epoch.validation[this.#metric]
      this.#last = epoch
    }
    this.#pyramid.extend(this.y)
  }

  /** Of each point, at the end of its epoch. */
  x(axis: XAxis): Float64Array {
    return this.#columns[axis].subarray(0, this.#length)
  }

  get y(): Float64Array {
    return this.#columns.y.subarray(0, this.#length)
  }

  /** The extremes of ranges of {@link y}. */
  get pyramid(): MinMaxPyramid {
    return this.#pyramid
  }

  #grow(): void {
    const grown = makeColumns(this.#columns.y.length * 2)
    for (const name of [...AXES, 'y'] as const) grown[name].set(this.#columns[name])
    this.#columns = grown
  }
}

function makeColumns(capacity: number): Record<XAxis | 'y', Float64Array> {
  const column = (): Float64Array => new Float64Array(capacity)
  return { step: column(), epoch: column(), seconds: column(), y: column() }
}
