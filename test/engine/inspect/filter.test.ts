import { expect, it } from 'vitest'
import { readFilter } from '../../../src/main/engine/inspect/filter'
import type { FittedPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import type { AskedModel } from '../../../src/main/engine/inspect/asked-model'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import { paperPreprocessing } from '../../../src/shared/spec'
import type { ConvolutionFilter } from '../../../src/shared/contract'
import type { NetworkSpec } from '../../../src/shared/vgg'
import { checkTensorCount, makeBatch, pick } from '../network/fixtures'

checkTensorCount()

/** A-LRN with other kernels: below its convolutions lie the input, LRN, a pool and a ReLU. */
const SPEC: NetworkSpec = {
  configuration: 'A-LRN',
  inputSize: 32,
  classes: 3,
  width: 0.1,
  edit: {
    name: 'every kernel',
    kernels: [[7, 3], [5], [1, 3], [3], [3]],
    fullyConnectedUnits: [64, 96],
  },
}
const BELOW = {
  conv1_1: 'input',
  conv1_2: 'lrn1_1',
  conv2_1: 'pool1',
  conv3_1: 'pool2',
  conv3_2: 'conv3_1',
}

async function open(): Promise<{
  network: CompiledNetwork
  model: AskedModel
  fitted: FittedPicture
}> {
  const network = await compileNetwork({ spec: SPEC, precision: 'float32', trainable: false })
  network.initialise('glorot', 4)
  const preprocessing = paperPreprocessing([120, 125, 130], 32)
  network.setPreprocessing(preprocessing)
  // Biases that are not 0, or leaving them out would not show.
  const biases = [...network.getWeights()].filter(([name]) => name.endsWith('.bias'))
  network.setWeights(
    new Map(
      biases.map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((_, index) => 3 + index / 7) },
      ]),
    ),
  )
  const { pixels } = makeBatch(SPEC, 1, 8)
  return {
    network,
    model: {
      network,
      scales: new Map(),
      preprocessing,
      classNames: ['a', 'b', 'c'],
      fit: { inputSize: preprocessing.inputSize, smallestSide: 37 },
      title: 'a test',
      step: 12,
      runFolder: '/run',
      checkpoint: null,
      weights: 'these',
    },
    fitted: {
      picture: { width: 32, height: 32, pixels },
      source: { width: 50, height: 40 },
    },
  }
}

/** The convolution at one position, by its definition: a sum over the window, and the bias. */
function convolveAt(filter: ConvolutionFilter, row: number, column: number): number {
  const [kernel, , channels] = filter.kernelShape
  const [height, width] = filter.inputShape
  const padding = (kernel - 1) / 2
  let sum = filter.bias
  for (let i = 0; i < kernel; i++) {
    for (let j = 0; j < kernel; j++) {
      const y = row + i - padding
      const x = column + j - padding
      if (y < 0 || x < 0 || y >= height || x >= width) continue
      for (let channel = 0; channel < channels; channel++) {
        const weight = filter.kernel[(i * kernel + j) * channels + channel] ?? Number.NaN
        sum += weight * (filter.input[(y * width + x) * channels + channel] ?? Number.NaN)
      }
    }
  }
  return sum
}

it('gives the kernel, the bias and the input from which the output can be computed again', async () => {
  const { network, model, fitted } = await open()
  const weights = model.network.getWeights()
  for (const [layer, below] of Object.entries(BELOW)) {
    const channel = 2
    const filter = readFilter(model, fitted, { layer, channel }, performance.now())
    const [height, width] = filter.inputShape
    expect(filter).toMatchObject({ layer, channel, below, step: 12 })
    expect(filter.kernelShape).toEqual(pick(weights, `${layer}.weight`).shape.slice(0, 3))
    expect(filter.kernel).toHaveLength(filter.kernelShape.reduce((a, b) => a * b))
    expect(filter.input).toHaveLength(filter.inputShape.reduce((a, b) => a * b))
    expect(filter.output).toHaveLength(height * width)
    expect(filter.bias).toBeCloseTo(3 + channel / 7, 6)
    // Whatever lies below a convolution has been rectified, but for the picture itself.
    expect(filter.input.some((value) => value < 0)).toBe(below === 'input')
    const scale = Math.max(...filter.output.map(Math.abs))
    expect(scale).toBeGreaterThan(1)
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const own = filter.output[row * width + column] ?? Number.NaN
        const error = Math.abs(convolveAt(filter, row, column) - own)
        expect(error / scale, `${layer} at ${row}, ${column}`).toBeLessThan(1e-5)
      }
    }
  }
  network.dispose()
})

it('refuses a layer that is no convolution and a channel that it does not have', async () => {
  const { network, model, fitted } = await open()
  const ask = (layer: string, channel: number) => () =>
    readFilter(model, fitted, { layer, channel }, 0)
  for (const layer of ['pool1', 'lrn1_1', 'fc6', 'prob', 'input', 'conv9_9']) {
    expect(ask(layer, 0)).toThrow(`Expected a convolution of this network, got ${layer}.`)
  }
  expect(ask('conv1_1', 6)).toThrow('Expected a channel of conv1_1 from 0 to 5, got 6.')
  expect(ask('conv1_1', -1)).toThrow('from 0 to 5, got -1.')
  network.dispose()
})
