import { expect, test } from 'vitest'
import { averageProbabilities } from '../../../../src/shared/evaluation/combine'

test('soft-max outputs are averaged by their weights', () => {
  const parts = [
    { probabilities: Float32Array.of(1, 0, 0.5, 0.5), weight: 3 },
    { probabilities: Float32Array.of(0, 1, 0.25, 0.75), weight: 1 },
  ]
  expect(averageProbabilities(parts)).toEqual(Float32Array.of(0.75, 0.25, 0.4375, 0.5625))
})

test('many parts lose no digits', () => {
  const part = { probabilities: Float32Array.of(0.1, 0.9), weight: 1 / 150 }
  expect(averageProbabilities(Array.from({ length: 150 }, () => part))).toEqual(part.probabilities)
})

test.each([
  [{ probabilities: Float32Array.of(1), weight: 1 }, 'Expected 2 probabilities, got 1.'],
  [{ probabilities: Float32Array.of(1, 0), weight: 0 }, 'Expected a weight above 0, got 0.'],
])('parts that do not fit are refused', (part, message) => {
  const first = { probabilities: Float32Array.of(1, 0), weight: 1 }
  expect(() => averageProbabilities([first, part])).toThrow(message)
})
