import { present } from '../../../shared/present'
import type { MinMaxPyramid } from './min-max-pyramid'

/** The part of the x axis that is shown, in x's unit. */
export interface Span {
  readonly min: number
  readonly max: number
}

/** First index whose x is at least `value`; `x` rises. */
export function lowerBound(x: Float64Array, value: number, from = 0): number {
  let low = from
  let high = x.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (present(x[middle]) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the point nearest to `value`; -1 when there is none. */
export function nearestIndex(x: Float64Array, value: number): number {
  if (x.length === 0) return -1
  const after = Math.min(x.length - 1, lowerBound(x, value))
  const before = Math.max(0, after - 1)
  return Math.abs(present(x[before]) - value) <= Math.abs(present(x[after]) - value)
    ? before
    : after
}

/**
 * Which points to draw: in each column of pixels the lowest and the highest, so that no spike is
 * lost, and the neighbours just outside, so that lines run to the edges. All points when they are
 * few. Cost grows with the columns, not with the points.
 *
 * @param x - rising x of each point
 * @param y - the points' values, taken in by `pyramid`
 * @param columns - width of the plot in pixels
 * @param out - receives the indices, rising; at least `4 * columns + 4` long
 * @returns how many indices were written
 */
export function decimate(
  x: Float64Array,
  y: Float64Array,
  pyramid: MinMaxPyramid,
  span: Span,
  columns: number,
  out: Uint32Array,
): number {
  const inside = lowerBound(x, span.min)
  const insideEnd = Math.min(y.length, upperBound(x, span.max))
  const first = Math.max(0, inside - 1)
  const end = Math.min(y.length, insideEnd + 1)
  let count = 0
  if (end - first <= 2 * columns) {
    for (let index = first; index < end; index++) out[count++] = index
    return count
  }
  const put = (index: number): void => {
    if (count === 0 || index > present(out[count - 1])) out[count++] = index
  }
  put(first)
  let from = inside
  for (let column = 1; column <= columns && from < insideEnd; column++) {
    const edge = span.min + ((span.max - span.min) * column) / columns
    const to = column === columns ? insideEnd : Math.min(insideEnd, lowerBound(x, edge, from))
    const extremes = pyramid.find(y, from, to)
    if (extremes !== null) {
      put(Math.min(extremes.minIndex, extremes.maxIndex))
      put(Math.max(extremes.minIndex, extremes.maxIndex))
    }
    from = to
  }
  put(end - 1)
  return count
}

function upperBound(x: Float64Array, value: number): number {
  let at = lowerBound(x, value)
  while (at < x.length && x[at] === value) at++
  return at
}
