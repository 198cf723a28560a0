import { expect, test } from 'vitest'
import { findLabelErrors } from '../../../../src/shared/evaluation/label-errors'

test('the suggested class is the most probable of those that reach their threshold', () => {
  // Means of the pictures' own classes: 0.8, 0.3 and 0.2. The last picture, of class 2, is most probably of
  // class 0, but not as probably as those of class 0 are.
  const probabilities = Float32Array.from(
    [
      [0.8, 0.1, 0.1],
      [0.6, 0.3, 0.1],
      [0.5, 0.3, 0.2],
    ].flat(),
  )
  const { suggested, thresholds } = findLabelErrors(probabilities, Int32Array.of(0, 1, 2), 3)
  expect(suggested).toEqual(Int32Array.of(-1, -1, 1))
  expect(thresholds.map((one) => one?.toFixed(3))).toEqual(['0.800', '0.300', '0.200'])
})

test('a label that the network agrees with stands', () => {
  // Class 0 is the first of the last picture, below its threshold of 0.7; class 1 is above its own of 0.4.
  const probabilities = Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.5, 0.5)
  const { suggested } = findLabelErrors(probabilities, Int32Array.of(0, 1, 0), 2)
  expect(suggested).toEqual(Int32Array.of(-1, -1, -1))
})
