import { describe, expect, it } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import type { Unit } from '../../../src/main/engine/network/asked-network'
import { findField, type NetworkSpec } from '../../../src/shared/vgg'
import { checkTensorCount, makeBatch, normalise, pick, relativeError, SMALL } from './fixtures'

checkTensorCount()

const batch = makeBatch(SMALL, 2)

async function make(spec: NetworkSpec = SMALL): Promise<CompiledNetwork> {
  const network = await compileNetwork({ spec, precision: 'float32', trainable: false })
  network.initialise('he', 5)
  normalise(network)
  return network
}

describe('the gradient of a unit', () => {
  it('is that of a score where the unit is one', async () => {
    const network = await make()
    const unit: Unit = { layer: 'fc8', row: 0, column: 0, channel: 3 }
    const gradient = network.unitGradient(batch, unit)
    expect(gradient.shape).toEqual([2, 32, 32, 3])
    expect(gradient).toEqual(network.gradient(batch, 3, 'input'))
    network.dispose()
  })

  it("is conv1_1's kernel laid on the input, active or not, and cut off at the border", async () => {
    const network = await make()
    const { data: weight, shape } = network.getLayerWeights('conv1_1').weight
    expect(weight).toEqual(pick(network.getWeights(), 'conv1_1.weight').data)
    const [, , , outputs = 0] = shape
    const [preRelu] = network.tap(batch, [{ layer: 'conv1_1', stage: 'pre-relu' }])
    const signs = new Set<boolean>()
    for (const [row, column, channel] of [
      [9, 14, 0],
      [0, 31, 1],
      [20, 3, 2],
    ] as const) {
      signs.add((preRelu?.data[(row * 32 + column) * outputs + channel] ?? 0) > 0)
      const { data } = network.unitGradient(batch, { layer: 'conv1_1', row, column, channel })
      const expected = new Float32Array(data.length)
      for (const picture of [0, 1]) {
        for (const [i, j, colour] of everyTap(3)) {
          const [y, x] = [row + i - 1, column + j - 1]
          if (y < 0 || x < 0 || y > 31 || x > 31) continue
          expected[((picture * 32 + y) * 32 + x) * 3 + colour] =
            weight[((i * 3 + j) * 3 + colour) * outputs + channel] ?? 0
        }
      }
      expect(data).toEqual(expected)
    }
    expect(signs).toEqual(new Set([true, false]))
    network.dispose()
  })

  it('is nothing outside the theoretical field, and something inside', async () => {
    const network = await make({ ...SMALL, inputSize: 64 })
    const pictures = makeBatch({ ...SMALL, inputSize: 64 }, 1, 3)
    for (const layer of network.network.layers) {
      if (layer.kind === 'softmax') continue
      const [height, width] = layer.output
      for (const [row, column] of [
        [0, 0],
        [height >> 1, width >> 1],
        [height - 1, width >> 2],
      ] as const) {
        const unit = { layer: layer.name, row, column, channel: null }
        const { data } = network.unitGradient(pictures, unit)
        const { clipped } = findField(network.network, layer.name, row, column)
        let inside = 0
        let outside = 0
        data.forEach((value, index) => {
          const y = Math.floor(index / (64 * 3))
          const x = Math.floor(index / 3) % 64
          const isInside =
            y >= clipped.top && y <= clipped.bottom && x >= clipped.left && x <= clipped.right
          if (isInside) inside += Math.abs(value)
          else outside += Math.abs(value)
        })
        expect(outside, `${layer.name} ${row} ${column}`).toBe(0)
        expect(inside, `${layer.name} ${row} ${column}`).toBeGreaterThan(0)
      }
    }
    network.dispose()
  })

  it('of all channels is the sum of them one by one', async () => {
    const network = await make()
    const place = { layer: 'conv3_1', row: 2, column: 5 }
    const together = network.unitGradient(batch, { ...place, channel: null }).data
    const [, , channels = 0] =
      network.network.layers.find(({ name }) => name === 'conv3_1')?.output ?? []
    const sum = new Float64Array(together.length)
    for (let channel = 0; channel < channels; channel++) {
      network.unitGradient(batch, { ...place, channel }).data.forEach((value, index) => {
        sum[index] = (sum[index] ?? 0) + value
      })
    }
    expect(relativeError(together, sum)).toBeLessThan(1e-5)
    network.dispose()
  })

  it('changes nothing that is asked after it', async () => {
    const network = await make()
    const before = network.gradient(batch, 1, 'input')
    network.unitGradient(batch, { layer: 'conv2_1', row: 1, column: 1, channel: 0 })
    expect(network.gradient(batch, 1, 'input')).toEqual(before)
    network.dispose()
  })

  it('names what was expected and what came', async () => {
    const network = await make()
    const unit: Unit = { layer: 'conv2_1', row: 0, column: 0, channel: 0 }
    const ask = (changes: Partial<Unit>) => () =>
      network.unitGradient(batch, { ...unit, ...changes })
    expect(ask({ layer: 'conv9_9' })).toThrow(/before the soft-max, got conv9_9/)
    expect(ask({ layer: 'prob' })).toThrow(/before the soft-max, got prob/)
    expect(ask({ row: 16 })).toThrow(/16 x 16 x 6; got row 16, column 0, channel 0/)
    expect(ask({ column: -1 })).toThrow(/column -1/)
    expect(ask({ channel: 6 })).toThrow(/channel 6/)
    expect(() => network.getLayerWeights('pool1')).toThrow(/layer with weights, got pool1/)
    network.dispose()
  })
})

/** All positions of a kernel with all colours. */
function everyTap(kernel: number): [number, number, number][] {
  return Array.from({ length: kernel * kernel * 3 }, (_, index) => [
    Math.floor(index / (kernel * 3)),
    Math.floor(index / 3) % kernel,
    index % 3,
  ])
}
