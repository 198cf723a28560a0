import { scaleLinear, scaleLog, type ScaleLinear, type ScaleLogarithmic } from 'd3-scale'
import { present } from '../../../shared/present'
import { rangeY } from './axis-labels'
import type { CurveMetric, XAxis } from './curve-data'
import type { CurveModel } from './curve-model'
import type { Span } from './decimate'
import { drawLine, type Point } from './draw-line'
import { findOutlierLimit } from './outliers'

/** The part of the metrics that is drawn. */
export type OverlayPart = 'both' | 'train' | 'validation'

/** How curves are laid over each other. */
export interface OverlayQuestion {
  readonly metric: CurveMetric
  readonly axis: XAxis
  readonly part: OverlayPart
  /** Weight of the smoothing, 0 up to below 1. */
  readonly smoothing: number
  readonly isLog: boolean
  /** Whether losses out of all proportion are left above the axis. */
  readonly areOutliersIgnored: boolean
  /** The zoom, or null for all. */
  readonly view: Span | null
  /** Width of the plot in pixels: what the curves are decimated to. */
  readonly columns: number
}

type ScaleX = ScaleLinear<number, number>
type ScaleY = ScaleLinear<number, number> | ScaleLogarithmic<number, number>

/** The lines of one run in the units of their axes; those that are not asked for are empty. */
interface RunPoints {
  readonly ghost: readonly Point[]
  readonly train: readonly Point[]
  readonly validation: readonly Point[]
}

/** Curves over each other, with the scales of what is in view. */
export interface Overlay {
  readonly span: Span
  readonly x: ScaleX
  readonly y: ScaleY
  readonly runs: readonly RunPoints[]
  /** Above which value points are left out; null where none is. */
  readonly limit: number | null
}

/** The lines of one run, as `d` of SVG paths; '' where there is nothing. */
export interface OverlayLines {
  readonly ghost: string
  readonly train: string
  readonly validation: string
  /** Where its mark stands on the training line, and at validations. */
  readonly trainMarks: readonly Point[]
  readonly validationMarks: readonly Point[]
}

/** Distance of a run's marks along its line, in units of the drawing. */
const MARK_SPACING = 96
const MIN_MARK_SPACING = 18

/** How far above the plot a line is drawn that leaves it. */
const OUTSIDE = 1000

/** From 0 to where the longest of the runs ends. */
export function overlaySpan(models: readonly CurveModel[], axis: XAxis): Span {
  return { min: 0, max: Math.max(1e-9, ...models.map((model) => model.extent(axis).max)) }
}

/**
 * Lays the curves of runs over each other. What is drawn of each grows with the width, not with its
 * steps.
 * @param models - one for each run, all of the metric asked for
 */
export function layOver(models: readonly CurveModel[], question: OverlayQuestion): Overlay {
  const { metric, axis, part, smoothing, isLog, areOutliersIgnored, view, columns } = question
  const span = view ?? overlaySpan(models, axis)
  const isTrain = part !== 'validation'
  const isValidation = part !== 'train'
  const list = (
    x: readonly number[],
    row: readonly (number | null)[] | undefined,
  ): readonly Point[] =>
    (row ?? []).flatMap((value, index) =>
      value === null || (isLog && value <= 0) ? [] : [{ x: present(x[index]), y: value }],
    )
  const runs = models.map((model): RunPoints => {
    model.follow(smoothing)
    const [x, raw, smooth, validation] = model.draw(axis, span, columns).rows
    return {
      ghost: isTrain && smoothing > 0 ? list(x, raw) : [],
      train: isTrain ? list(x, smooth) : [],
      validation: isValidation ? list(x, validation) : [],
    }
  })
  const seen = runs.map(({ train, validation }) =>
    [...train, ...validation].flatMap(({ x, y }) => (x >= span.min && x <= span.max ? [y] : [])),
  )
  // Each run is judged by itself; the axis has room for the highest that is in proportion.
  const isCut = areOutliersIgnored && metric === 'loss'
  const limits = seen.map((own) => (isCut ? findOutlierLimit(own) : null))
  const kept = seen.flatMap((own, index) => {
    const limit = limits[index] ?? null
    return limit === null ? own : own.filter((value) => value <= limit)
  })
  const low = kept.length === 0 ? null : kept.reduce((least, value) => Math.min(least, value))
  const high = kept.length === 0 ? null : kept.reduce((most, value) => Math.max(most, value))
  const isSomeCut = limits.some((limit) => limit !== null)
  const range = rangeY(metric, isLog, view !== null, low, high)
  return {
    span,
    x: scaleLinear([span.min, span.max], [0, 1]),
    y: isLog ? scaleLog(range, [0, 1]) : scaleLinear(range, [0, 1]),
    runs,
    limit: isSomeCut ? high : null,
  }
}

/**
 * Draws curves that were laid over each other.
 * @param area - their scales, laid over a plot of that width
 */
export function drawOver(
  { runs }: Overlay,
  { x, y, width }: { readonly x: ScaleX; readonly y: ScaleY; readonly width: number },
): OverlayLines[] {
  const place = (points: readonly Point[]): Point[] =>
    points.map((point) => ({ x: x(point.x), y: Math.max(-OUTSIDE, y(point.y)) }))
  const mark = (points: readonly Point[], spacing: number, offset: number): Point[] =>
    spaceMarks(
      points.filter((point) => point.x >= 0 && point.x <= width),
      spacing,
      offset,
    )
  return runs.map((run, index): OverlayLines => {
    const train = place(run.train)
    const validation = place(run.validation)
    // Shifted from run to run, so that marks on lines that lie close do not cover each other.
    const offset = ((index + 0.5) * MARK_SPACING) / runs.length
    return {
      ghost: drawLine(place(run.ghost)),
      train: drawLine(train),
      validation: drawLine(validation),
      trainMarks: mark(train, MARK_SPACING, offset),
      validationMarks: mark(validation, MIN_MARK_SPACING, 0),
    }
  })
}

/** Points at least a distance apart along x, the first one at an offset or after it; never none. */
function spaceMarks(points: readonly Point[], spacing: number, offset: number): Point[] {
  const marks: Point[] = []
  let next = offset
  for (const point of points) {
    if (point.x < next) continue
    marks.push(point)
    next = point.x + spacing
  }
  const last = points[points.length - 1]
  return marks.length === 0 && last !== undefined ? [last] : marks
}
