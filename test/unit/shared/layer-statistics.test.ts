import { expect, test } from 'vitest'
import { spreadValues } from '../../../src/shared/spec'

test('histograms of a layer that is diverging count its finite values', () => {
  const values = Float32Array.of(-2, 1, NaN, Infinity, -Infinity)
  const { limit, even, log } = spreadValues(values, Infinity)
  expect(limit).toBe(2)
  expect([even[0], even.reduce((sum, count) => sum + count, 0)]).toEqual([1, 2])
  expect(log.reduce((sum, count) => sum + count, 0)).toBe(2)
})
