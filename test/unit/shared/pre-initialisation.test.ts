import { describe, expect, it } from 'vitest'
import { describeNetwork, mapGivenWeights, type NetworkSpec } from '../../../src/shared/vgg'

const A: NetworkSpec = { configuration: 'A', inputSize: 64, classes: 10, width: 0.25 }

function outcomes(from: NetworkSpec, into: NetworkSpec): Record<string, string> {
  const shapes = new Map(
    describeNetwork(from).layers.map(({ name, weightShape }) => [name, weightShape]),
  )
  const mappings = mapGivenWeights(describeNetwork(into), (layer) => shapes.get(layer) ?? null)
  return Object.fromEntries(mappings.map(({ layer, outcome }) => [layer, outcome]))
}

describe('given weights', () => {
  it('are all taken over by the same network', () => {
    expect(new Set(Object.values(outcomes(A, A)))).toEqual(new Set(['copied']))
  })

  it('leave a new last layer to other classes', () => {
    expect(outcomes(A, { ...A, classes: 3 })).toMatchObject({
      conv5_2: 'copied',
      fc6: 'copied',
      fc7: 'copied',
      fc8: 'differs',
    })
  })

  it('leave the whole classifier new at another input size, as fc7 would follow a new fc6', () => {
    expect(outcomes(A, { ...A, inputSize: 96 })).toMatchObject({
      conv5_2: 'copied',
      fc6: 'differs',
      fc7: 'behind',
      fc8: 'behind',
    })
  })

  it('tell each convolution that another network lacks or has in another shape', () => {
    expect(outcomes(A, { ...A, configuration: 'B' })).toMatchObject({
      conv1_1: 'copied',
      conv1_2: 'missing',
      conv2_1: 'behind',
    })
    expect(outcomes(A, { ...A, width: 0.5 })).toMatchObject({ conv1_1: 'differs' })
  })
})
