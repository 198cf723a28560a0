import { expect, it } from 'vitest'
import { dropoutKey, hashNumbers, hashText } from '../../../../src/main/engine/network/random-keys'

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
