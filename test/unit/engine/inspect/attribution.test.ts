import { describe, expect, test } from 'vitest'
import {
  blurPicture,
  orderPixels,
} from '../../../../src/main/engine/inspect/attribution/faithfulness'
import { correlateRanks } from '../../../../src/main/engine/inspect/attribution/rank-correlation'

describe('rank correlation', () => {
  test("is scipy.stats.spearmanr's, ties and all", () => {
    const a = Float32Array.of(3, 1, 1, 5, 9, 2, 1)
    const b = Float32Array.of(2, 7, 1, 8, 2, 8, 1)
    expect(correlateRanks(a, b)).toBeCloseTo(0.4190666247677027, 10)
  })

  test('is 1 for any rising function, -1 for a falling one, and undefined for a flat map', () => {
    const a = Float32Array.of(-3, 8, 0, 2)
    expect(correlateRanks(a, a.map(Math.exp))).toBeCloseTo(1, 12)
    expect(
      correlateRanks(
        a,
        a.map((value) => -value),
      ),
    ).toBeCloseTo(-1, 12)
    expect(correlateRanks(a, new Float32Array(4))).toBeNull()
  })
})

test('pixels are ordered from the largest value down, the first one first of equal ones', () => {
  expect([...orderPixels(Float32Array.of(1, -2, 5, 1, 0))]).toEqual([2, 0, 3, 4, 1])
})

describe('the blur', () => {
  test('leaves a level picture as it is, and keeps the sum of an inner point', () => {
    const level = new Float32Array(24 * 24 * 3).fill(0.75)
    for (const value of blurPicture(level, 24)) expect(value).toBeCloseTo(0.75, 5)
    const point = new Float32Array(224 * 224 * 3)
    const centre = (112 * 224 + 112) * 3 + 1
    point[centre] = 1
    const blurred = blurPicture(point, 224)
    expect(blurred.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4)
    // Eleven pixels wide, in its own colour alone.
    const touched = [...blurred.entries()].filter(([, value]) => value > 0)
    expect(touched).toHaveLength(11 * 11)
    expect(touched.every(([index]) => index % 3 === 1)).toBe(true)
    expect(blurred[centre]).toBe(blurred.reduce((most, value) => Math.max(most, value)))
  })
})
