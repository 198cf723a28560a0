import { present } from '../../../../../shared/present'

/** How points become pixels: pixel = point * scale + offset, y upwards in the plane. */
export interface ScatterView {
  readonly scale: number
  readonly x: number
  readonly y: number
}

/** A place on the canvas, in CSS pixels. */
export interface PlotPoint {
  readonly x: number
  readonly y: number
}

const MARGIN_PX = 14

/** A view of all points `[N, 2]`, one scale for both axes, in the middle. */
export function fitPoints(points: Float32Array, width: number, height: number): ScatterView {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [present(points[at]), present(points[at + 1])]
    left = Math.min(left, x)
    right = Math.max(right, x)
    bottom = Math.min(bottom, y)
    top = Math.max(top, y)
  }
  if (points.length === 0) return { scale: 1, x: width / 2, y: height / 2 }
  const scale = Math.min(
    Math.max(1, width - 2 * MARGIN_PX) / Math.max(1e-9, right - left),
    Math.max(1, height - 2 * MARGIN_PX) / Math.max(1e-9, top - bottom),
  )
  return {
    scale,
    x: width / 2 - (scale * (left + right)) / 2,
    y: height / 2 + (scale * (bottom + top)) / 2,
  }
}

/** Where a point is on the canvas. */
export function placeOf(points: Float32Array, index: number, view: ScatterView): PlotPoint {
  return {
    x: present(points[2 * index]) * view.scale + view.x,
    y: view.y - present(points[2 * index + 1]) * view.scale,
  }
}

/** The view closer by a factor, or farther; what is at the place stays there. */
export function zoomAt(view: ScatterView, { x, y }: PlotPoint, factor: number): ScatterView {
  return {
    scale: view.scale * factor,
    x: x + (view.x - x) * factor,
    y: y + (view.y - y) * factor,
  }
}

/** The point nearest to a place within a radius, in pixels; null where there is none. */
export function findPoint(
  points: Float32Array,
  view: ScatterView,
  { x, y }: PlotPoint,
  radius: number,
): number | null {
  let best: number | null = null
  let least = radius * radius
  for (let index = 0; 2 * index < points.length; index++) {
    const place = placeOf(points, index, view)
    const distance = (place.x - x) ** 2 + (place.y - y) ** 2
    if (distance <= least) {
      least = distance
      best = index
    }
  }
  return best
}

/**
 * The point that is next in a direction: of those within 45 degrees of it, the nearest.
 * @param dx - -1, 0 or 1; `dy` the same, downwards
 */
export function findNext(
  points: Float32Array,
  view: ScatterView,
  from: number,
  dx: number,
  dy: number,
): number {
  const own = placeOf(points, from, view)
  let best = from
  let least = Infinity
  for (let index = 0; 2 * index < points.length; index++) {
    const place = placeOf(points, index, view)
    const along = (place.x - own.x) * dx + (place.y - own.y) * dy
    const across = Math.abs((place.x - own.x) * dy) + Math.abs((place.y - own.y) * dx)
    if (index === from || along <= 0 || across > along) continue
    const distance = along * along + across * across
    if (distance < least) {
      least = distance
      best = index
    }
  }
  return best
}

/** The points inside a closed line, by the even-odd rule. */
export function findInside(
  points: Float32Array,
  view: ScatterView,
  line: readonly PlotPoint[],
): number[] {
  const inside: number[] = []
  if (line.length < 3) return inside
  for (let index = 0; 2 * index < points.length; index++) {
    if (isInside(placeOf(points, index, view), line)) inside.push(index)
  }
  return inside
}

function isInside({ x, y }: PlotPoint, line: readonly PlotPoint[]): boolean {
  let isIn = false
  let before = line[line.length - 1]
  for (const corner of line) {
    if (before !== undefined && corner.y > y !== before.y > y) {
      const crossing = before.x + ((y - before.y) / (corner.y - before.y)) * (corner.x - before.x)
      if (x < crossing) isIn = !isIn
    }
    before = corner
  }
  return isIn
}
