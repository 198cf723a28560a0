import { expect, test } from 'vitest'
import { layDecades } from '../../../../../src/renderer/src/views/train/log-axis'

test('whole decades go round the values, a few of them marked', () => {
  const axis = layDecades([3e-13, 40, null])
  expect(axis.shareOf(1e-13)).toBe(0)
  expect(axis.shareOf(100)).toBe(1)
  expect(axis.shareOf(10 ** -5.5)).toBeCloseTo(0.5)
  expect(axis.ticks.length).toBeLessThanOrEqual(8)
  expect(axis.ticks.map(({ label }) => label)).toContain('10⁻¹²')
})

test('zeros sit at the bottom and infinities at the top', () => {
  const axis = layDecades([0, Infinity, 5])
  expect(axis.shareOf(0)).toBe(0)
  expect(axis.shareOf(Infinity)).toBe(1)
  expect(layDecades([]).ticks.length).toBeGreaterThan(1)
})
