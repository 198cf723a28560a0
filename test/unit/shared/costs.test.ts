import { describe, expect, it } from 'vitest'
import {
  CONFIGURATION_NAMES,
  SHALLOW_CONTROL,
  describeCosts,
  describeNetwork,
  findCostliest,
  shareOfKind,
  type NetworkSpec,
} from '../../../src/shared/vgg'

const D: NetworkSpec = { configuration: 'D', inputSize: 224, classes: 1000, width: 1 }
const costsOf = (spec: NetworkSpec) => describeCosts(describeNetwork(spec))

describe('the costs of a network', () => {
  it.each(CONFIGURATION_NAMES)('shares of %s add up to one', (configuration) => {
    const { layers } = costsOf({ ...D, configuration })
    for (const quantity of ['parameters', 'macs', 'activationBytes'] as const) {
      const sum = layers.reduce((total, { shares }) => total + shares[quantity], 0)
      expect(sum).toBeCloseTo(1, 12)
    }
  })

  it('has the parameters of D in fc6 and its work in the convolutions', () => {
    const costs = costsOf(D)
    const fc6 = findCostliest(costs, 'parameters')
    expect(fc6.name).toBe('fc6')
    // 7 x 7 x 512 inputs of 4096 units, and their biases.
    expect(fc6.parameters).toBe(7 * 7 * 512 * 4096 + 4096)
    expect(fc6.shares.parameters).toBeCloseTo(102_764_544 / 138_357_544, 12)
    expect(shareOfKind(costs, 'convolution', 'macs')).toBeGreaterThan(0.99)
    expect(findCostliest(costs, 'macs').name).toBe('conv1_2')
    expect(findCostliest(costs, 'activationBytes').name).toBe('conv1_1')
  })

  it('counts activations by hand', () => {
    const { layers, totals } = costsOf({ ...D, configuration: 'A' })
    // Rows times channels of each block's convolutions, then their pools, then fc6 up.
    const blocks = [
      [224, 64, 1],
      [112, 128, 1],
      [56, 256, 2],
      [28, 512, 2],
      [14, 512, 2],
    ] as const
    const spatial = blocks.reduce(
      (sum, [side, channels, count]) => sum + (count + 1 / 4) * side * side * channels,
      0,
    )
    expect(totals.activationBytes).toBe(4 * (spatial + 4096 + 4096 + 1000 + 1000))
    expect(layers[0]?.activationBytes).toBe(224 * 224 * 64 * 4)
  })

  it('halves the activations in bfloat16 and leaves counts alone', () => {
    const network = describeNetwork(D)
    const [single, half] = [describeCosts(network), describeCosts(network, 'bfloat16')]
    expect(half.totals.activationBytes).toBe(single.totals.activationBytes / 2)
    expect(half.totals.parameters).toBe(network.parameters)
    expect(half.totals.macs).toBe(network.macs)
  })

  it('follows an edit', () => {
    const costs = costsOf({ ...D, ...SHALLOW_CONTROL })
    const first = costs.layers.find(({ name }) => name === 'conv1_1')
    expect(first?.parameters).toBe(5 * 5 * 3 * 64 + 64)
  })
})
