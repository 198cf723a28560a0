import { describe, expect, it } from 'vitest'
import {
  CONFIGURATION_NAMES,
  countWeightLayers,
  describeNetwork,
  findField,
  findLayer,
  scaleWidth,
  type ConfigurationName,
} from '../../../src/shared/vgg'

const paper = (configuration: ConfigurationName, inputSize = 224) =>
  describeNetwork({ configuration, inputSize, classes: 1000, width: 1 })

/** The facts of section 2, as they were computed outside this program. */
const FACTS: Record<
  ConfigurationName,
  { parameters: number; convolutions: number; gmac: string; pool5: number; fc6: number }
> = {
  A: { parameters: 132_863_336, convolutions: 9_220_480, gmac: '7.609', pool5: 150, fc6: 342 },
  'A-LRN': {
    parameters: 132_863_336,
    convolutions: 9_220_480,
    gmac: '7.609',
    pool5: 150,
    fc6: 342,
  },
  B: { parameters: 133_047_848, convolutions: 9_404_992, gmac: '11.308', pool5: 156, fc6: 348 },
  C: { parameters: 133_638_952, convolutions: 9_996_096, gmac: '11.771', pool5: 156, fc6: 348 },
  D: { parameters: 138_357_544, convolutions: 14_714_688, gmac: '15.470', pool5: 212, fc6: 404 },
  E: { parameters: 143_667_240, convolutions: 20_024_384, gmac: '19.632', pool5: 268, fc6: 460 },
}

describe('the six configurations', () => {
  it.each(CONFIGURATION_NAMES)('%s has the counts and fields of section 2', (name) => {
    const network = paper(name)
    const facts = FACTS[name]
    const convolutions = network.layers.filter((layer) => layer.kind === 'convolution')
    expect(network.parameters).toBe(facts.parameters)
    expect(convolutions.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(facts.convolutions)
    expect((network.macs / 1e9).toFixed(3)).toBe(facts.gmac)
    expect(findLayer(network, 'pool5').receptiveField).toBe(facts.pool5)
    expect(findLayer(network, 'fc6').receptiveField).toBe(facts.fc6)
  })

  it('has as many weight layers as the paper says', () => {
    const depths = CONFIGURATION_NAMES.map((configuration) => countWeightLayers({ configuration }))
    expect(depths).toEqual([11, 11, 13, 16, 16, 19])
  })

  it('names layers as the authors do', () => {
    expect(paper('A-LRN').layers.map((layer) => layer.name)).toEqual(
      'conv1_1 lrn1_1 pool1 conv2_1 pool2 conv3_1 conv3_2 pool3 conv4_1 conv4_2 pool4 conv5_1 conv5_2 pool5 fc6 fc7 fc8 prob'.split(
        ' ',
      ),
    )
  })

  it('gives D the receptive field and stride of each convolution', () => {
    const pairs = paper('D')
      .layers.filter((layer) => layer.kind === 'convolution')
      .map((layer) => `${layer.receptiveField}/${layer.stride}`)
    expect(pairs.join(' ')).toBe(
      '3/1 5/1 10/2 14/2 24/4 32/4 40/4 60/8 76/8 92/8 132/16 164/16 196/16',
    )
  })

  it('centres fc6 on the picture, whatever the input size', () => {
    for (const inputSize of [32, 96, 224]) {
      expect(findLayer(paper('D', inputSize), 'fc6').offset).toBe((inputSize - 1) / 2)
    }
  })

  it('scales channels and FC widths by rounding, never to nothing', () => {
    expect(scaleWidth(64, 0.25)).toBe(16)
    expect(scaleWidth(64, 0.3)).toBe(19)
    expect(scaleWidth(64, 0.001)).toBe(1)
    const network = describeNetwork({ configuration: 'A', inputSize: 32, classes: 10, width: 0.25 })
    expect(findLayer(network, 'fc6').weightShape).toEqual([128, 1024])
    expect(findLayer(network, 'fc8').output).toEqual([1, 1, 10])
  })

  it('refuses a layer that is not there with the names that are', () => {
    expect(() => findLayer(paper('A'), 'conv1_2')).toThrow(/conv1_1.*prob/)
  })
})

describe('findField', () => {
  it('agrees with size, stride and offset for a unit in the middle', () => {
    const network = paper('E')
    for (const layer of network.layers) {
      const row = Math.floor(layer.output[0] / 2)
      const { full } = findField(network, layer.name, row, row)
      expect(full.bottom - full.top + 1).toBe(layer.receptiveField)
      expect((full.bottom + full.top) / 2).toBe(layer.offset + row * layer.stride)
    }
  })

  it('tells what falls on the padding', () => {
    const corner = findField(paper('D'), 'conv5_3', 0, 13)
    expect(corner.touchesPadding).toBe(true)
    expect(corner.full).toEqual({ top: -90, left: 118, bottom: 105, right: 313 })
    expect(corner.clipped).toEqual({ top: 0, left: 118, bottom: 105, right: 223 })
    expect(findField(paper('D'), 'conv1_1', 5, 5).touchesPadding).toBe(false)
  })

  it('finds the units of a lower layer', () => {
    const { full } = findField(paper('D'), 'pool1', 3, 4, 'conv1_2')
    expect(full).toEqual({ top: 6, left: 8, bottom: 7, right: 9 })
    expect(() => findField(paper('D'), 'pool1', 0, 0, 'conv2_1')).toThrow(/under pool1/)
  })
})
