import { expect, test } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import { takePart } from '../../../src/main/engine/network/cut-batch'
import {
  checkTensorCount,
  expectSameBits,
  makeBatch,
  normalise,
  pick,
  relativeError,
  SMALL,
  STEP,
} from './fixtures'

checkTensorCount()

async function make(): Promise<CompiledNetwork> {
  const network = await compileNetwork({ spec: SMALL, precision: 'float32', trainable: true })
  network.initialise('he', 5)
  normalise(network)
  return network
}

const batch = makeBatch(SMALL, 6)

test('weighs the loss of each picture, and scores them as they are', async () => {
  const [plain, alike, weighed, apart] = await Promise.all([make(), make(), make(), make()])
  const ones = new Float32Array(6).fill(1)
  expect(alike.train({ ...batch, lossWeights: ones }, STEP)).toEqual(plain.train(batch, STEP))
  expectSameBits(alike.getVelocity(), plain.getVelocity())
  // Weights of 2 and 0 on halves are the first half twice.
  const lossWeights = Float32Array.of(2, 2, 2, 0, 0, 0)
  const score = weighed.train({ ...batch, lossWeights }, STEP)
  expect(score.count).toBe(6)
  const half = apart.train(takePart(batch, 0, 3), STEP)
  expect(score.lossSum).toBeGreaterThan(half.lossSum)
  for (const [name, { data }] of apart.getVelocity()) {
    expect(relativeError(pick(weighed.getVelocity(), name).data, data), name).toBeLessThan(1e-4)
  }
  expect(() => weighed.train({ ...batch, lossWeights: ones.subarray(1) }, STEP)).toThrow(
    /6 finite loss weights/,
  )
  for (const network of [plain, alike, weighed, apart]) network.dispose()
})
