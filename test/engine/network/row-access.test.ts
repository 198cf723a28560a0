import { describe, expect, test } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type { WeightRows } from '../../../src/main/engine/tensors/host-tensor'
import type { NetworkSpec } from '../../../src/shared/vgg'
import { checkTensorCount, expectSameBits, makeBatch, pick, STEP } from './fixtures'

checkTensorCount()

const SPEC: NetworkSpec = { configuration: 'A', inputSize: 32, classes: 5, width: 0.1 }

describe('weights that are set some rows at a time', () => {
  test('are those that are set as a whole, to the bit, also over others', async () => {
    const network = await compileNetwork({ spec: SPEC, precision: 'float32', trainable: true })
    const twin = await compileNetwork({ spec: SPEC, precision: 'float32', trainable: true })
    const batch = makeBatch(SPEC, 4)
    for (const seed of [1, 2]) {
      twin.initialise('he', seed)
      const weights = twin.getWeights()
      network.forgetWeights()
      const halves: [WeightRows[], WeightRows[]] = [[], []]
      for (const [name, { shape, data }] of weights) {
        const [count = 0, ...row] = shape
        const width = data.length / count
        const middle = Math.floor(count / 2)
        for (const [half, first, end] of [
          [0, 0, middle],
          [1, middle, count],
        ] as const) {
          const rows = {
            shape: [end - first, ...row],
            data: data.slice(first * width, end * width),
          }
          halves[half].push({ name, first, rows })
        }
      }
      for (const half of halves) {
        expect(() => network.infer(batch)).toThrow(/Expected weights for every layer/)
        network.setWeightRows(half)
      }
      expectSameBits(network.getWeights(), weights)
      expect(network.infer(batch)).toEqual(twin.infer(batch))
    }
    // What is learned from there is the same too: the memory is the variable's own.
    expect(network.train(batch, STEP)).toEqual(twin.train(batch, STEP))
    expectSameBits(network.getWeights(), twin.getWeights())
    network.dispose()
    twin.dispose()
  })

  test('rows that the network has not are refused, and nothing is changed', async () => {
    const network = await compileNetwork({ spec: SPEC, precision: 'float32', trainable: false })
    network.initialise('he', 1)
    const before = network.getWeights()
    const { shape, data } = pick(before, 'fc8.bias')
    const zeros = { shape, data: data.map(() => 9) }
    for (const piece of [
      { name: 'fc9.bias', first: 0, rows: zeros },
      { name: 'fc8.bias', first: 1, rows: zeros },
      { name: 'fc8.bias', first: -1, rows: zeros },
      { name: 'fc8.weight', first: 0, rows: zeros },
    ]) {
      const good = { name: 'fc8.bias', first: 0, rows: zeros }
      expect(() => network.setWeightRows([good, piece])).toThrow(/Expected weights/)
      expectSameBits(network.getWeights(), before)
    }
    network.dispose()
  })
})
