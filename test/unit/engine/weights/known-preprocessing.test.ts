import { expect, test } from 'vitest'
import {
  describePreprocessing,
  KNOWN_PREPROCESSING,
} from '../../../../src/main/engine/weights/known-preprocessing'

test('preprocessing is told in digits that a person reads', () => {
  expect(describePreprocessing(KNOWN_PREPROCESSING.caffe)).toBe(
    'BGR in 0..255, mean 103.939 116.779 123.68',
  )
  expect(
    describePreprocessing({
      channelOrder: 'RGB',
      scale: 0.0174291938997821,
      mean: [78.71883276728595, 80, 1e-7],
      deviation: [51.06111111, 1, 1],
    }),
  ).toBe('RGB in 0..255 times 0.0174292, mean 78.7188 80 1e-7, deviation 51.0611 1 1')
})
