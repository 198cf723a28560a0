import { formatDuration } from '../lib/words/format-training'
import type { CurveMetric, XAxis } from './curve-data'

/** Seconds between ticks of a time axis, so that they fall on whole minutes and hours. */
export const TIME_STEPS = [
  0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200,
  86_400, 172_800, 604_800,
]

/** Between ticks of the step axis: 1, 2, 5 and their tens. */
export const WHOLE_STEPS = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 8 }, (_, power) => digit * 10 ** power))
  .sort((a, b) => a - b)

/** A tick of the x axis: 12k steps, 3.5 epochs, 5 min. */
export function labelX(axis: XAxis, value: number): string {
  if (axis === 'seconds') return formatDuration(value)
  if (axis === 'step' && value >= 10_000) return `${Number((value / 1000).toPrecision(4))}k`
  return String(Number(value.toPrecision(6)))
}

/** A tick of the y axis: a loss in nats, or a share as a percentage. */
export function labelY(metric: CurveMetric, value: number): string {
  if (metric !== 'loss') return `${Number((value * 100).toPrecision(4))}%`
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5))
    return value.toExponential()
  return String(Number(value.toPrecision(4)))
}

/** Name of the x axis. */
export const X_TITLES: Readonly<Record<XAxis, string>> = {
  step: 'step',
  epoch: 'epoch',
  seconds: 'training time',
}

/** Limits of the y axis for the values in view; a whole run is shown from zero. */
export function rangeY(
  metric: CurveMetric,
  isLog: boolean,
  isZoomed: boolean,
  low: number | null,
  high: number | null,
): [number, number] {
  if (isLog) {
    const min = low !== null && low > 0 ? low : 1e-3
    const max = high !== null && high > min ? high : min * 10
    return [min / 1.15, max * 1.15]
  }
  if (metric !== 'loss' && !isZoomed) return [0, 1]
  const max = high ?? 1
  const min = low ?? 0
  if (!isZoomed) return [Math.min(0, min), max > 0 ? max * 1.05 : 1]
  const room = (max - min || Math.abs(max) || 1) * 0.08
  if (metric === 'loss') return [min - room, max + room]
  return [Math.max(0, min - room), Math.min(1, max + room)]
}
