import { describe, expect, it } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type { LabelledBatch } from '../../../src/main/engine/tensors/batches'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import type { Preprocessing } from '../../../src/shared/spec'
import { nameNetwork, type ConfigurationName, type NetworkSpec } from '../../../src/shared/vgg'
import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { EagerTwin } from './eager-twin'
import { checkTensorCount, makeBatch, normalise, pick, relativeError, STEP } from './fixtures'

checkTensorCount()

/** Both sides compute in float32; whole networks differ by the order of their sums alone. */
const TOLERANCE = 1e-5
const CLASSES = 7
const specOf = (configuration: ConfigurationName): NetworkSpec => ({
  configuration,
  inputSize: 32,
  classes: CLASSES,
  width: 0.1,
})

/** ((rgb + shift) * scale - mean) / deviation in float64, the channels reordered. */
function preprocess(batch: LabelledBatch, preprocessing: Preprocessing, size: number): Tensor {
  const { channelOrder, scale, mean, deviation } = preprocessing
  const values = Float32Array.from(batch.pixels, (_, index) => {
    const channel = index % 3
    const source = channelOrder === 'BGR' ? 2 - channel : channel
    const picture = Math.floor(index / (size * size * 3))
    const shift = batch.colourShift?.[picture * 3 + source] ?? 0
    const value = (batch.pixels[index - channel + source] ?? 0) + shift
    return (value * scale - (mean[channel] ?? 0)) / (deviation[channel] ?? 1)
  })
  return tensorflow().tensor(values, [batch.count, size, size, 3])
}

const PREPROCESSING: Preprocessing = {
  channelOrder: 'RGB',
  scale: 1,
  mean: [120, 125, 130],
  deviation: [70, 75, 80],
  inputSize: 32,
  resize: 'smallest-side-then-centre-crop',
}

/** Every kernel that an edit may use, at planes larger and smaller than it, and other FC widths. */
const EDITED: NetworkSpec = {
  ...specOf('A-LRN'),
  edit: {
    name: 'every kernel',
    kernels: [[7, 1], [5, 5], [3], [7], [5, 1]],
    fullyConnectedUnits: [700, 300],
  },
}

/** Sides that pools do not halve evenly, and bytes that are no whole numbers of four. */
const ODD = [33, 45].map((inputSize) => ({ ...specOf('A'), inputSize }))

describe.each(
  [...(['A', 'A-LRN', 'C', 'D'] as const).map(specOf), EDITED, ...ODD].map(
    (spec) => [nameNetwork(spec), spec.inputSize, spec] as const,
  ),
)('the graph of %s at %i px and its eager twin', (_name, _size, spec) => {
  const batch = makeBatch(spec, 6)

  it('agree in scores, loss, every gradient and the gradient of a score', async () => {
    const tf = tensorflow()
    const network = await compileNetwork({ spec, precision: 'float32', trainable: true })
    network.initialise('he', 11)
    normalise(network)
    const weights = network.getWeights()
    const twin = new EagerTwin(network.network, weights)
    const input = preprocess(batch, PREPROCESSING, spec.inputSize)
    const scores = tf.tidy(() => twin.scores(input).dataSync())
    const [own] = network.tap(batch, [{ layer: 'fc8', stage: 'output' }])
    expect(relativeError(own?.data ?? [], scores)).toBeLessThan(TOLERANCE)

    const { loss, gradients } = twin.lossAndGradients(input, batch.labels, CLASSES)
    const inputGradient = twin.inputGradient(input, 2)
    expect(relativeError(network.gradient(batch, 2, 'input').data, inputGradient)).toBeLessThan(
      TOLERANCE,
    )

    // Without momentum and decay the velocity after a step is the gradient itself.
    const score = network.train(batch, {
      ...STEP,
      momentum: 0,
      weightDecay: 0,
      learningRate: 0.02,
    })
    expect(score.lossSum / score.count / loss).toBeCloseTo(1, 5)
    const velocity = network.getVelocity()
    const after = network.getWeights()
    for (const [parameter, gradient] of gradients) {
      expect(relativeError(pick(velocity, parameter).data, gradient), parameter).toBeLessThan(
        TOLERANCE,
      )
      const before = pick(weights, parameter).data
      const expected = before.map((value, index) => value - 0.02 * (gradient[index] ?? 0))
      expect(relativeError(pick(after, parameter).data, expected), parameter).toBeLessThan(
        TOLERANCE,
      )
    }
    input.dispose()
    twin.dispose()
    network.dispose()
  })
})

it('preprocesses as it is told, colour shift and channel order included', async () => {
  const spec = specOf('A')
  const network = await compileNetwork({ spec, precision: 'float32', trainable: false })
  network.initialise('he', 1)
  const preprocessing: Preprocessing = {
    channelOrder: 'BGR',
    scale: 1 / 255,
    mean: [0.4, 0.45, 0.5],
    deviation: [0.2, 0.25, 0.3],
    inputSize: 32,
    resize: 'smallest-side-then-centre-crop',
  }
  network.setPreprocessing(preprocessing)
  const colourShift = Float32Array.from({ length: 9 }, (_, index) => index * 3 - 12)
  const batch = { ...makeBatch(spec, 3), colourShift }
  const [seen] = network.tap(batch, [{ layer: 'input', stage: 'output' }])
  const expected = preprocess(batch, preprocessing, 32)
  expect(seen?.shape).toEqual([3, 32, 32, 3])
  expect(relativeError(seen?.data ?? [], expected.dataSync())).toBeLessThan(1e-6)
  // A view that does not begin on a multiple of four bytes.
  const shifted = new Uint8Array(batch.pixels.length + 1)
  shifted.set(batch.pixels, 1)
  const [again] = network.tap({ ...batch, pixels: shifted.subarray(1) }, [
    { layer: 'input', stage: 'output' },
  ])
  expect(again?.data).toEqual(seen?.data)
  expected.dispose()
  network.dispose()
})
