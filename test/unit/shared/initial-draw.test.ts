import { expect, it } from 'vitest'
import { chooseDraw } from '../../../src/shared/spec'

it('draws as section 3.1 and the two papers after it say', () => {
  const conv3x3 = [3, 3, 64, 128]
  const fc7 = [4096, 4096]
  expect(chooseDraw('paper', conv3x3)).toEqual({ distribution: 'Normal', spread: 0.1 })
  expect(chooseDraw('paper-sigma', fc7)).toEqual({ distribution: 'Normal', spread: 0.01 })
  expect(chooseDraw('he', conv3x3).spread).toBeCloseTo(Math.sqrt(2 / 576), 12)
  expect(chooseDraw('he', fc7).spread).toBeCloseTo(Math.sqrt(2 / 4096), 12)
  expect(chooseDraw('glorot', conv3x3)).toEqual({
    distribution: 'Uniform',
    spread: Math.sqrt(6 / (9 * 64 + 9 * 128)),
  })
})
