import { describe, expect, it } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import { tapDensely } from '../../../src/main/engine/network/dense'
import type { PlaneBatch } from '../../../src/main/engine/tensors/batches'
import type { HostTensor } from '../../../src/main/engine/tensors/host-tensor'
import {
  describeDense,
  describeNetwork,
  estimateCallMemory,
  type NetworkSpec,
} from '../../../src/shared/vgg'
import { checkTensorCount, makeRandom, normalise, relativeError } from './fixtures'

checkTensorCount()

const SPEC: NetworkSpec = { configuration: 'A', inputSize: 64, classes: 5, width: 0.05 }

async function make(
  spec: NetworkSpec = SPEC,
  readMemory = () => ({ totalBytes: Infinity, availableBytes: Infinity }),
): Promise<CompiledNetwork> {
  const network = await compileNetwork({ spec, precision: 'float32', trainable: false, readMemory })
  network.initialise('he', 5)
  normalise(network)
  return network
}

function makePlanes(count: number, height: number, width: number, seed = 1): PlaneBatch {
  const random = makeRandom(seed)
  const pixels = Uint8Array.from({ length: count * height * width * 3 }, () => random() * 256)
  return { count, height, width, pixels }
}

/** A square of one picture of a batch, as a batch of its own. */
function crop(batch: PlaneBatch, index: number, top: number, left: number, side: number) {
  const pixels = new Uint8Array(side * side * 3)
  for (let row = 0; row < side; row++) {
    const from = ((index * batch.height + top + row) * batch.width + left) * 3
    pixels.set(batch.pixels.subarray(from, from + side * 3), row * side * 3)
  }
  return { count: 1, pixels }
}

const scoresOf = (network: CompiledNetwork, batch: { count: number; pixels: Uint8Array }) =>
  network.tap(batch, [{ layer: 'fc8', stage: 'output' }])[0]?.data ?? new Float32Array()

const only = ([tensor]: readonly HostTensor[]): HostTensor => {
  if (tensor === undefined) throw new Error('Expected a tensor.')
  return tensor
}

describe('the fully convolutional pass', () => {
  it("gives the network's own scores for a picture of its own size", async () => {
    const network = await make()
    const batch = makePlanes(3, 64, 64)
    const scores = only(tapDensely(network, [batch], 'fc8'))
    expect(scores.shape).toEqual([3, 1, 1, 5])
    expect(relativeError(scores.data, scoresOf(network, batch))).toBeLessThan(1e-5)
    network.dispose()
  })

  it('reads bytes as the graph does, to the bit, in either order of channels', async () => {
    const network = await make()
    const batch = makePlanes(2, 64, 64)
    for (const channelOrder of ['RGB', 'BGR'] as const) {
      network.setPreprocessing({
        channelOrder,
        scale: 1 / 255,
        mean: [0.485, 0.456, 0.406],
        deviation: [0.229, 0.224, 0.225],
        inputSize: 64,
        resize: 'smallest-side-then-centre-crop',
      })
      const own = network.tap(batch, [{ layer: 'conv1_1', stage: 'output' }])
      expect(network.tapPlanes(batch, 'conv1_1')).toEqual(only(own))
    }
    network.dispose()
  })

  it('gives batches of several sizes the maps that each has alone, and pads only at their edges', async () => {
    const network = await make()
    const batches = [makePlanes(2, 96, 131), makePlanes(1, 70, 64, 2), makePlanes(1, 64, 160, 3)]
    for (const layer of ['fc6', 'fc8', 'conv3_1', 'pool5']) {
      const together = tapDensely(network, batches, layer)
      batches.forEach((batch, index) => {
        const alone = only(tapDensely(network, [batch], layer))
        expect(together[index]?.shape).toEqual(alone.shape)
        expect(relativeError(together[index]?.data ?? [], alone.data)).toBeLessThan(1e-5)
      })
    }
    // A score is not that of a crop: what a crop pads with zeros, the whole picture has.
    const [first] = batches
    const scores = tapDensely(network, batches, 'fc8')
    expect(scores.map(({ shape }) => shape)).toEqual([
      [2, 2, 3, 5],
      [1, 1, 1, 5],
      [1, 1, 4, 5],
    ])
    if (first === undefined) return
    const cropped = scoresOf(network, crop(first, 1, 32, 32, 64))
    const at = ((1 * 2 + 1) * 3 + 1) * 5
    expect(relativeError(only(scores).data.subarray(at, at + 5), cropped)).toBeGreaterThan(1e-3)
    network.dispose()
  })

  it('runs an edited network and one whose channels are scaled, once each', async () => {
    const edit = {
      name: 'own',
      kernels: [[5], [3], [1, 3], [3], [3]],
      fullyConnectedUnits: [300, 200] as const,
    }
    const network = await make({ ...SPEC, edit })
    const scaled = network.withScales(
      new Map([
        ['pool5', new Float32Array(26).fill(0.5)],
        ['fc7', new Float32Array(10).fill(2)],
      ]),
    )
    const batch = makePlanes(2, 64, 64)
    const scores = only(tapDensely(scaled, [batch], 'fc8'))
    const own = scaled.tap(batch, [{ layer: 'fc8', stage: 'output' }])
    expect(relativeError(scores.data, only(own).data)).toBeLessThan(1e-5)
    network.dispose()
  })

  it('refuses pictures that are too small, the soft-max and what is not so many bytes', async () => {
    const network = await make()
    expect(() => tapDensely(network, [makePlanes(1, 63, 90)], 'fc8')).toThrow(
      /at least 64x64 px.*got 90x63/,
    )
    expect(() => tapDensely(network, [makePlanes(1, 64, 90)], 'prob')).toThrow(
      /before the soft-max/,
    )
    expect(() => network.tapPlanes(makePlanes(1, 31, 90), 'conv1_1')).toThrow(/at least 32x32/)
    expect(() => network.tapPlanes(makePlanes(1, 64, 90), 'fc6')).toThrow(
      /that has maps, got "fc6"/,
    )
    expect(() => network.tapPlanes({ ...makePlanes(1, 64, 90), width: 91 }, 'pool5')).toThrow(
      /pictures of 91x64 RGB/,
    )
    network.dispose()
  })
})

describe('memory of the fully convolutional pass', () => {
  it.each([
    ['wide', 64, 700],
    ['tall', 611, 67],
  ])('runs a %s picture in strips, which give the same', async (_, height, width) => {
    let availableBytes = Infinity
    const network = await make(SPEC, () => ({ totalBytes: Infinity, availableBytes }))
    const batch = makePlanes(2, height, width)
    const layers = ['conv1_1', 'conv4_2', 'pool5', 'fc8']
    const whole = layers.map((layer) => only(tapDensely(network, [batch], layer)))
    for (const [index, layer] of layers.entries()) {
      const state = { precision: 'float32', hasVelocity: false, hasGradients: false } as const
      const low = layer === 'fc8' ? 'pool5' : layer
      const bytesOf = (side: number): number =>
        estimateCallMemory(
          network.network,
          state,
          {
            kind: 'maps',
            layer: low,
            ...(height > width ? { height: side, width } : { height, width: side }),
          },
          1,
        )
      // Room for not much more than the narrowest strip.
      const side = layer === 'conv1_1' ? 24 : 260
      availableBytes = bytesOf(side)
      expect(bytesOf(Math.max(height, width))).toBeGreaterThan(availableBytes)
      const strips = only(tapDensely(network, [batch], layer))
      expect(strips.shape).toEqual(whole[index]?.shape)
      expect(relativeError(strips.data, whole[index]?.data ?? []), layer).toBeLessThan(1e-5)
      availableBytes = bytesOf(layer === 'conv1_1' ? 2 : 64)
      expect(() => tapDensely(network, [batch], layer)).toThrow(/are available/)
      availableBytes = Infinity
    }
    network.dispose()
  })

  it('counts the real size of a picture', () => {
    const network = describeNetwork({ ...SPEC, configuration: 'D', inputSize: 224, width: 1 })
    const state = { precision: 'float32', hasVelocity: false, hasGradients: false } as const
    const bytesOf = (height: number, width: number): number =>
      estimateCallMemory(network, state, { kind: 'maps', layer: 'pool5', height, width }, 1)
    // Input and output of conv1_2, both of 64 channels.
    const numbers = 2 * 64 * 512 * 10240
    expect(bytesOf(512, 10240)).toBeGreaterThan(4 * numbers + 4 * network.parameters)
    expect(bytesOf(512, 10240)).toBeGreaterThan(bytesOf(512, 683) + 4 * 0.9 * numbers)
  })
})

describe('sides of the score map', () => {
  it.each([
    [224, 1],
    [256, 2],
    [288, 3],
    [352, 5],
    [384, 6],
    [416, 7],
    [512, 10],
  ])('%i px give %i', (side, expected) => {
    const spec = { configuration: 'D', inputSize: 224, classes: 1000, width: 1 } as const
    const { height, width, macs } = describeDense(spec, side, side)
    expect([height, width]).toEqual([expected, expected])
    if (side === 224) expect(macs).toBe(15470264320)
  })
})
