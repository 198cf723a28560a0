/** A place in a drawing, in its units. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** The `d` of a line through points; '' where there are none. */
export function drawLine(points: readonly Point[]): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join('')
}
