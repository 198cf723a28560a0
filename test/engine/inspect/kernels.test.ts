import { expect, it } from 'vitest'
import { readKernelWeights, readKernels } from '../../../src/main/engine/inspect/kernels'
import { compileNetwork } from '../../../src/main/engine/network'
import { paperPreprocessing } from '../../../src/shared/spec'
import { checkTensorCount, SMALL } from '../network/fixtures'

checkTensorCount()

it('gives kernels and norms; those on the picture as colours in RGB, whatever the order of the weights', async () => {
  const network = await compileNetwork({ spec: SMALL, precision: 'float32', trainable: false })
  network.initialise('he', 5)
  const preprocessing = paperPreprocessing([0, 0, 0], 32)
  for (const layer of ['conv1_1', 'conv3_2']) {
    const { weight } = network.getLayerWeights(layer)
    const [, , inputs = 0, outputs = 0] = weight.shape
    const at = (tap: number, input: number, output: number): number =>
      weight.data[(tap * inputs + input) * outputs + output] ?? NaN
    for (const channelOrder of ['RGB', 'BGR'] as const) {
      const model = { network, preprocessing: { ...preprocessing, channelOrder } }
      const found = readKernels(model, { layer, channel: 1 })
      expect(found.shape).toEqual([3, 3, inputs])
      for (let output = 0; output < outputs; output++) {
        let squares = 0
        for (let tap = 0; tap < 9; tap++) {
          for (let input = 0; input < inputs; input++) {
            squares += at(tap, input, output) ** 2
            if (output === 1) expect(found.kernel[tap * inputs + input]).toBe(at(tap, input, 1))
            const colour = channelOrder === 'BGR' ? 2 - input : input
            if (layer === 'conv1_1')
              expect(found.colours?.[output * 27 + tap * 3 + colour]).toBe(at(tap, input, output))
          }
        }
        expect(found.norms[output]).toBeCloseTo(Math.sqrt(squares), 4)
      }
      if (layer !== 'conv1_1') expect(found.colours).toBeNull()
    }
    const raw = readKernelWeights({ network }, layer)
    expect(raw).toEqual({ layer, shape: weight.shape, data: weight.data })
  }
  const model = { network, preprocessing }
  expect(() => readKernels(model, { layer: 'fc6', channel: 0 })).toThrow(/convolution/)
  expect(() => readKernelWeights({ network }, 'pool1')).toThrow(/convolution/)
  network.dispose()
})
