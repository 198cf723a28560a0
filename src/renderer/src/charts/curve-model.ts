import { present } from '../../../shared/present'
import { alignTraces, type AlignedRows, type Trace } from './align'
import {
  RateDropFinder,
  extentOf,
  type CurveHistory,
  type CurveMetric,
  type RateDrop,
  type XAxis,
} from './curve-data'
import { decimate, lowerBound, nearestIndex, type Span } from './decimate'
import { MinMaxPyramid } from './min-max-pyramid'
import { Smoother } from './smoother'
import { ValidationColumns } from './validation-columns'

/** Room for a validation's mark, in pixels: marks that lie closer hide each other and cost most of a drawing. */
const MARK_WIDTH = 12

/** What is drawn at one moment. */
export interface CurveFrame {
  /** x, training as it came, training smoothed, validation. */
  readonly rows: AlignedRows
  readonly drops: readonly RateDrop[]
  /** The part of x that is shown. */
  readonly span: Span
}

/** The numbers at one place of a figure; null where nothing was measured. */
export interface CurveReading {
  readonly x: number
  readonly step: number
  readonly raw: number | null
  readonly smoothed: number | null
  readonly validation: number | null
  readonly validationEpoch: number | null
  readonly learningRate: number | null
}

/** One figure's view of a history: follows it as it grows and picks what to draw. */
export class CurveModel {
  readonly #raw = new MinMaxPyramid()
  readonly #smooth = new MinMaxPyramid()
  readonly #smoother: Smoother
  readonly #drops = new RateDropFinder()
  readonly #ends: ValidationColumns
  readonly #history: CurveHistory
  readonly #metric: CurveMetric
  #smoothed: Float64Array = new Float64Array(0)
  #lastStep = 0
  #lastValue = 0
  #rawIndices = new Uint32Array(0)
  #smoothIndices = new Uint32Array(0)
  #endIndices = new Uint32Array(0)

  /** @param weight - of the smoothing, 0 up to below 1 */
  constructor(history: CurveHistory, metric: CurveMetric, weight: number) {
    this.#history = history
    this.#metric = metric
    this.#smoother = new Smoother(weight)
    this.#ends = new ValidationColumns(metric)
  }

  /** Takes in what is new; starts again where the history is another run's. */
  follow(weight: number): void {
    const values = this.#history.column(this.#metric)
    if (this.#isOtherRun(values)) this.#clear()
    if (weight !== this.#smoother.weight) {
      this.#smoother.setWeight(weight)
      this.#smooth.clear()
    }
    this.#raw.extend(values)
    this.#smoothed = this.#smoother.extend(values)
    this.#smooth.extend(this.#smoothed)
    this.#lastStep = this.#history.column('step').at(-1) ?? 0
    this.#lastValue = values.at(-1) ?? 0
  }

  /** From where the run began to its last point. */
  extent(axis: XAxis): Span {
    return extentOf(this.#history, axis)
  }

  /**
   * What to draw on a plot of a width.
   * @param view - the zoom, or null for all
   * @param columns - width in pixels
   */
  draw(axis: XAxis, view: Span | null, columns: number): CurveFrame {
    const span = view ?? this.extent(axis)
    const x = this.#history.column(axis)
    const width = Math.max(1, Math.round(columns))
    const room = 4 * width + 4
    if (this.#rawIndices.length < room) {
      this.#rawIndices = new Uint32Array(room)
      this.#smoothIndices = new Uint32Array(room)
      this.#endIndices = new Uint32Array(room)
    }
    const pick = (y: Float64Array, pyramid: MinMaxPyramid, indices: Uint32Array): Trace => ({
      x,
      y,
      indices,
      count: decimate(x, y, pyramid, span, width, indices),
    })
    const ends = this.#followEnds()
    const endX = ends.x(axis)
    const places = Math.ceil(width / MARK_WIDTH)
    const rows = alignTraces([
      pick(this.#history.column(this.#metric), this.#raw, this.#rawIndices),
      pick(this.#smoothed, this.#smooth, this.#smoothIndices),
      {
        x: endX,
        y: ends.y,
        indices: this.#endIndices,
        count: decimate(endX, ends.y, ends.pyramid, span, places, this.#endIndices),
      },
    ])
    return { rows, drops: this.#drops.extend(x, this.#history.column('learningRate')), span }
  }

  /** How many points of training and of validation in a span lie above a value. */
  countAbove(axis: XAxis, span: Span, limit: number): number {
    const ends = this.#followEnds()
    const count = (x: Float64Array, y: Float64Array): number => {
      let above = 0
      for (let at = lowerBound(x, span.min); at < y.length && present(x[at]) <= span.max; at++) {
        if (present(y[at]) > limit) above++
      }
      return above
    }
    return (
      count(this.#history.column(axis), this.#history.column(this.#metric)) +
      count(ends.x(axis), ends.y)
    )
  }

  /** The epoch whose validation is nearest to an x; null before the first. */
  epochAt(axis: XAxis, x: number): number | null {
    return this.#history.epochs[nearestIndex(this.#followEnds().x(axis), x)]?.epoch ?? null
  }

  /** The numbers nearest to an x; of the end when it is null. Null before the first point. */
  read(axis: XAxis, at: number | null): CurveReading | null {
    const x = this.#history.column(axis)
    const index = at === null ? x.length - 1 : nearestIndex(x, at)
    if (index < 0) return null
    const epochs = this.#history.epochs
    const here = present(x[index])
    const ends = this.#followEnds().x(axis)
    const epoch = epochs[at === null ? epochs.length - 1 : nearestIndex(ends, here)]
    return {
      x: here,
      step: present(this.#history.column('step')[index]),
      raw: finite(this.#history.column(this.#metric)[index]),
      smoothed: finite(this.#smoothed[index]),
      validation: finite(epoch?.validation[this.#metric]),
      validationEpoch: epoch?.epoch ?? null,
      learningRate: finite(this.#history.column('learningRate')[index]),
    }
  }

  #followEnds(): ValidationColumns {
    this.#ends.follow(this.#history.epochs)
    return this.#ends
  }

  #isOtherRun(values: Float64Array): boolean {
    const seen = this.#raw.length
    if (seen === 0) return false
    if (values.length < seen) return true
    const step = this.#history.column('step')[seen - 1]
    return step !== this.#lastStep || !Object.is(values[seen - 1], this.#lastValue)
  }

  #clear(): void {
    this.#raw.clear()
    this.#smooth.clear()
    this.#smoother.clear()
    this.#drops.clear()
  }
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value
}
