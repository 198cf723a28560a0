import { present } from './present'

/**
 * A map in another size, bilinear between the centres of its cells and level beyond the outermost:
 * what PyTorch's `interpolate` does with `align_corners=False`.
 *
 * @param data - H x W values, row by row
 * @param from - `[H, W]`
 * @param to - `[H, W]`
 */
export function resizeBilinear(
  data: Float32Array,
  [fromHeight, fromWidth]: readonly [number, number],
  [toHeight, toWidth]: readonly [number, number],
): Float32Array {
  const rows = placeCentres(fromHeight, toHeight)
  const columns = placeCentres(fromWidth, toWidth)
  const result = new Float32Array(toHeight * toWidth)
  rows.forEach(([top, bottom, down], row) => {
    columns.forEach(([left, right, across], column) => {
      const at = (y: number, x: number): number => present(data[y * fromWidth + x])
      const above = at(top, left) * (1 - across) + at(top, right) * across
      const below = at(bottom, left) * (1 - across) + at(bottom, right) * across
      result[row * toWidth + column] = above * (1 - down) + below * down
    })
  })
  return result
}

/** For each cell of the new size: the two old cells that it lies between, and how far. */
function placeCentres(from: number, to: number): [low: number, high: number, share: number][] {
  return Array.from({ length: to }, (_, index) => {
    const place = Math.min(from - 1, Math.max(0, ((index + 0.5) * from) / to - 0.5))
    const low = Math.floor(place)
    return [low, Math.min(from - 1, low + 1), place - low]
  })
}
