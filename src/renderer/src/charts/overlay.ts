import { rangeY } from './axis-labels'
import type { CurveMetric, XAxis } from './curve-data'
import type { CurveModel } from './curve-model'
import type { Span } from './decimate'

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
  /** The zoom, or null for all. */
  readonly view: Span | null
  readonly width: number
  readonly height: number
}

/** A place in the drawing, in its units. */
export interface Point {
  readonly x: number
  readonly y: number
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

/** Curves over each other, ready to be drawn. */
export interface OverlayFrame {
  readonly span: Span
  readonly rangeY: Span
  readonly lines: readonly OverlayLines[]
  readonly toX: (value: number) => number
  readonly toY: (value: number) => number
}

/** Distance of a run's marks along its line, in units of the drawing. */
const MARK_SPACING = 96
const MIN_MARK_SPACING = 18

/** From 0 to where the longest of the runs ends. */
export function overlaySpan(models: readonly CurveModel[], axis: XAxis): Span {
  return { min: 0, max: Math.max(1e-9, ...models.map((model) => model.extent(axis).max)) }
}

/**
 * Lays the curves of runs over each other. What is drawn of each grows with the width, not with its
 * steps.
 * @param models - one for each run, all of the metric asked for
 */
export function layOver(models: readonly CurveModel[], question: OverlayQuestion): OverlayFrame {
  const { metric, axis, part, smoothing, isLog, view, width, height } = question
  const span = view ?? overlaySpan(models, axis)
  const frames = models.map((model) => {
    model.follow(smoothing)
    return model.draw(axis, span, width).rows
  })
  const isTrain = part !== 'validation'
  const isValidation = part !== 'train'
  let low: number | null = null
  let high: number | null = null
  for (const [x, , smooth, validation] of frames) {
    for (const row of [isTrain ? smooth : undefined, isValidation ? validation : undefined]) {
      row?.forEach((value, index) => {
        const at = x[index] ?? NaN
        if (value === null || at < span.min || at > span.max || (isLog && value <= 0)) return
        low = low === null ? value : Math.min(low, value)
        high = high === null ? value : Math.max(high, value)
      })
    }
  }
  const [min, max] = rangeY(metric, isLog, view !== null, low, high)
  const toX = (value: number): number => ((value - span.min) / (span.max - span.min)) * width
  const scale = isLog ? Math.log10 : (value: number): number => value
  const toY = (value: number): number =>
    height - ((scale(value) - scale(min)) / (scale(max) - scale(min) || 1)) * height
  const place = (
    x: readonly number[],
    row: readonly (number | null)[] | undefined,
  ): readonly Point[] =>
    (row ?? []).flatMap((value, index) =>
      value === null || (isLog && value <= 0) ? [] : [{ x: toX(x[index] ?? 0), y: toY(value) }],
    )
  const lines = frames.map(([x, raw, smooth, validation], index): OverlayLines => {
    const train = isTrain ? place(x, smooth) : []
    const ends = isValidation ? place(x, validation) : []
    const ghost = isTrain && smoothing > 0 ? place(x, raw) : []
    return {
      ghost: drawPath(ghost),
      train: drawPath(train),
      validation: drawPath(ends),
      // Shifted from run to run, so that marks on lines that lie close do not cover each other.
      trainMarks: spaceMarks(
        train.filter((point) => point.x >= 0 && point.x <= width),
        MARK_SPACING,
        ((index + 0.5) * MARK_SPACING) / Math.max(1, frames.length),
      ),
      validationMarks: spaceMarks(
        ends.filter((point) => point.x >= 0 && point.x <= width),
        MIN_MARK_SPACING,
        0,
      ),
    }
  })
  return { span, rangeY: { min, max }, lines, toX, toY }
}

function drawPath(points: readonly Point[]): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join('')
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
