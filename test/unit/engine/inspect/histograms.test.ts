import { expect, test } from 'vitest'
import { HISTOGRAM_BINS, Histograms } from '../../../../src/main/engine/inspect/survey/histograms'

test('a histogram whose range grew is the one that had its range from the start', () => {
  const values = [0.3, -0.01, 17, 2, -5.5, 1, 16, 0.7, 1e-9, 31.99]
  const grown = new Histograms(2)
  for (const value of values) grown.add(1, value)
  const limit = 32
  expect(grown.limits[1]).toBe(limit)
  const width = (2 * limit) / HISTOGRAM_BINS
  const expected = new Float32Array(HISTOGRAM_BINS)
  for (const value of values) {
    const bin = Math.floor((value + limit) / width)
    expected[bin] = (expected[bin] ?? 0) + 1
  }
  expect(grown.counts.subarray(HISTOGRAM_BINS)).toEqual(expected)
  const reversed = new Histograms(2)
  for (const value of [...values].reverse()) reversed.add(1, value)
  expect(reversed).toEqual(grown)
  // The other channel is untouched.
  expect(grown.counts.subarray(0, HISTOGRAM_BINS).every((count) => count === 0)).toBe(true)
})
