import { describe, expect, test } from 'vitest'
import {
  blur,
  roll,
  variationGradient,
} from '../../../../src/main/engine/inspect/maximise/regularise'

const SIZE = 7
const picture = Float32Array.from(
  { length: SIZE * SIZE * 3 },
  (_, at) => ((at * 37) % 101) + at / 9,
)

test('a picture that is moved and moved back is the same', () => {
  const shift = { rows: 3, columns: -5 }
  const moved = roll(picture, SIZE, shift)
  // Row 0, column 0 went 3 down and 5 left, round the edge to column 2.
  expect(moved.subarray((3 * SIZE + 2) * 3, (3 * SIZE + 2) * 3 + 3)).toEqual(picture.subarray(0, 3))
  expect(roll(moved, SIZE, { rows: -3, columns: 5 })).toEqual(picture)
})

describe('a blur', () => {
  test('spreads a point as a Gaussian in both directions, and keeps its sum', () => {
    const side = 21
    const point = new Float32Array(side * side * 3)
    const centre = (10 * side + 10) * 3 + 1
    point[centre] = 1000
    blur(point, side, 1.5)
    const at = (row: number, column: number): number =>
      point[((10 + row) * side + 10 + column) * 3 + 1] ?? NaN
    expect(at(2, 0) / at(0, 0)).toBeCloseTo(Math.exp(-4 / (2 * 1.5 ** 2)), 4)
    expect(at(-1, 2) / at(0, 0)).toBeCloseTo(Math.exp(-5 / (2 * 1.5 ** 2)), 4)
    expect(point.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1000, 1)
    expect(point[centre - 1]).toBe(0)
  })

  test('leaves what is flat as it is, up to the border', () => {
    const flat = new Float32Array(SIZE * SIZE * 3).fill(42)
    blur(flat, SIZE, 2)
    for (const value of flat) expect(value).toBeCloseTo(42, 4)
  })
})

test("the total variation's gradient is its slope", () => {
  const variation = (pixels: Float64Array): number => {
    let sum = 0
    for (let at = 0; at < pixels.length; at++) {
      const [row, column] = [Math.floor(at / (SIZE * 3)), Math.floor(at / 3) % SIZE]
      const own = pixels[at] ?? 0
      const right = column + 1 < SIZE ? (pixels[at + 3] ?? 0) - own : 0
      const below = row + 1 < SIZE ? (pixels[at + SIZE * 3] ?? 0) - own : 0
      sum += Math.sqrt(right ** 2 + below ** 2 + 1)
    }
    return sum
  }
  const gradient = variationGradient(picture, SIZE)
  const step = 1e-3
  for (let at = 0; at < picture.length; at += 5) {
    const [less, more] = [Float64Array.from(picture), Float64Array.from(picture)]
    less[at] = (less[at] ?? 0) - step
    more[at] = (more[at] ?? 0) + step
    expect(gradient[at]).toBeCloseTo((variation(more) - variation(less)) / (2 * step), 4)
  }
})
