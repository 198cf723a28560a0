import { present } from '../../../shared/present'
import type { AlignedRows } from './align'
import { rangeY } from './axis-labels'
import type { CurveMetric } from './curve-data'
import type { CurveFrame } from './curve-model'
import type { Span } from './decimate'
import { findOutlierLimit } from './outliers'

/** What decides how far the y axis reaches. */
export interface RangeChoice {
  readonly metric: CurveMetric
  readonly isLog: boolean
  /** Whether a part of the run is shown: it fills the axis. */
  readonly isZoomed: boolean
  /** Whether losses out of all proportion are left above the axis. */
  readonly areOutliersIgnored: boolean
}

/** A frame with its y axis. */
export interface RangedFrame extends CurveFrame {
  readonly range: readonly [min: number, max: number]
  /** Where points lie above the axis; none where nothing was left out. */
  readonly above: readonly number[]
  /** Above which value a point is left out; null where none is. */
  readonly limit: number | null
}

/** How many times the axis a line goes on above it: far enough to leave it as steeply as it does. */
const FAR = 100

/** Lays the y axis round what is in view. Lines go out through the top where they leave it. */
export function rangeFrame(frame: CurveFrame, choice: RangeChoice): RangedFrame {
  const { metric, isLog, isZoomed, areOutliersIgnored } = choice
  const [x, ...rows] = inView(frame.rows, frame.span)
  // The values of training, or of validation where there are no others.
  const told = rows.map((row) => row.filter((value): value is number => value !== null))
  const ordinary = told.find((row) => row.length > 0) ?? []
  const isCut = areOutliersIgnored && metric === 'loss'
  const limit = isCut ? findOutlierLimit(ordinary, told.flat()) : null
  let low: number | null = null
  let high: number | null = null
  const above = new Set<number>()
  for (const row of rows) {
    row.forEach((value, index) => {
      if (value === null || (isLog && value <= 0)) return
      if (limit !== null && value > limit) above.add(present(x[index]))
      else {
        low = low === null || value < low ? value : low
        high = high === null || value > high ? value : high
      }
    })
  }
  const range = rangeY(metric, isLog, isZoomed, low, high)
  if (limit === null) return { ...frame, range, above: [], limit }
  // A drawing surface takes no coordinate of 1e17.
  const outside = Math.max(limit, range[1]) * FAR
  const [xs, ...ys] = frame.rows
  const clipped = ys.map((row) =>
    row.map((value) => (value === null ? null : Math.min(value, outside))),
  )
  return {
    ...frame,
    rows: [xs, ...clipped],
    range,
    above: [...above].sort((a, b) => a - b),
    limit,
  }
}

/** The points of a span, without the neighbours that lines are drawn to. */
function inView([x, ...rows]: AlignedRows, { min, max }: Span): AlignedRows {
  const isShown = x.map((value) => value >= min && value <= max)
  return [
    x.filter((_, index) => isShown[index]),
    ...rows.map((row) => row.filter((_, index) => isShown[index])),
  ]
}
