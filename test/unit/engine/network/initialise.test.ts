import { expect, it } from 'vitest'
import { chooseDraw } from '../../../../src/main/engine/network/initialise'
import { dropoutKey, hashNumbers, hashText } from '../../../../src/main/engine/network/random-keys'

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

it('keys no two dropout masks alike', () => {
  const keys = new Set<string>()
  for (const seed of [0, 1, 2 ** 31 - 1]) {
    for (let step = 0; step < 50; step++) {
      for (let microBatch = 0; microBatch < 8; microBatch++) {
        for (const layer of ['fc6', 'fc7']) {
          keys.add(dropoutKey(seed, step, microBatch, layer).join())
        }
      }
    }
  }
  expect(keys.size).toBe(3 * 50 * 8 * 2)
  expect(hashNumbers(1, 2)).not.toBe(hashNumbers(2, 1))
  expect(hashNumbers(2 ** 33)).not.toBe(hashNumbers(0))
  expect(hashText('fc6')).not.toBe(hashText('fc7'))
})
