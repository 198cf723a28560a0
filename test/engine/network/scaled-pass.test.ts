import { describe, expect, it } from 'vitest'
import { compileNetwork, type CompiledNetwork } from '../../../src/main/engine/network'
import { reportDevice } from '../../../src/main/engine/tensorflow'
import { findLayer } from '../../../src/shared/vgg'
import {
  checkTensorCount,
  expectSameBits,
  makeBatch,
  makeRandom,
  normalise,
  pick,
  relativeError,
  SMALL,
} from './fixtures'

checkTensorCount()

const batch = makeBatch(SMALL, 3)
const SCORES = { layer: 'fc8', stage: 'output' } as const

async function make(precision: 'float32' | 'bfloat16' = 'float32'): Promise<CompiledNetwork> {
  const network = await compileNetwork({ spec: SMALL, precision, trainable: false })
  network.initialise('he', 5)
  normalise(network)
  return network
}

const channelsOf = (network: CompiledNetwork, layer: string): number =>
  findLayer(network.network, layer).output[2]

/** Factors of 1 but for those given. */
function factors(network: CompiledNetwork, layer: string, given: Record<number, number>) {
  const scale = new Float32Array(channelsOf(network, layer)).fill(1)
  for (const [channel, factor] of Object.entries(given)) scale[Number(channel)] = factor
  return scale
}

describe('a pass with scaled channels', () => {
  it('is the plain one to the bit where nothing is scaled, at every layer', async () => {
    const network = await make()
    const taps = network.network.layers.flatMap(({ name: layer }) => [
      { layer, stage: 'pre-relu' as const },
      { layer, stage: 'output' as const },
    ])
    expect(network.tapScaled(batch, new Map(), taps)).toEqual(network.tap(batch, taps))
    network.dispose()
  })

  it('is what the same factors on the weights above give', async () => {
    const network = await make()
    const random = makeRandom(4)
    const twin = await make()
    const weights = new Map(network.getWeights())
    const scales = new Map<string, Float32Array>()
    // Scaling an output is scaling the next layer's weights by input channel; a pool lies between.
    for (const [layer, above] of [
      ['conv1_1', 'conv2_1.weight'],
      ['pool3', 'conv4_1.weight'],
      ['fc6', 'fc7.weight'],
    ] as const) {
      const scale = Float32Array.from({ length: channelsOf(network, layer) }, () => random() * 2)
      scale[1] = 0
      scales.set(layer, scale)
      const { shape, data } = pick(weights, above)
      const outputs = shape[shape.length - 1] ?? 1
      weights.set(above, {
        shape,
        data: data.map(
          (value, at) => value * (scale[Math.floor(at / outputs) % scale.length] ?? 1),
        ),
      })
    }
    twin.setWeights(weights)
    const [scaled] = network.tapScaled(batch, scales, [SCORES])
    const [expected] = twin.tap(batch, [SCORES])
    const [plain] = network.tap(batch, [SCORES])
    expect(relativeError(scaled?.data ?? [], expected?.data ?? [])).toBeLessThan(1e-5)
    expect(relativeError(plain?.data ?? [], expected?.data ?? [])).toBeGreaterThan(1e-2)
    network.dispose()
    twin.dispose()
  })

  it('shows a channel that is off as zeros, before the ReLU as it was', async () => {
    const network = await make()
    const scales = new Map([['conv3_1', factors(network, 'conv3_1', { 2: 0, 4: 1.5 })]])
    const taps = [
      { layer: 'conv3_1', stage: 'output' as const },
      { layer: 'conv3_1', stage: 'pre-relu' as const },
    ]
    const [plain, plainBefore] = network.tap(batch, taps)
    const [scaled, before] = network.tapScaled(batch, scales, taps)
    const channels = channelsOf(network, 'conv3_1')
    const expected = plain?.data.map((value, at) => {
      const channel = at % channels
      return channel === 2 ? 0 : channel === 4 ? Math.fround(value * 1.5) : value
    })
    expect(plain?.data.some((value, at) => at % channels === 2 && value > 0)).toBe(true)
    expect(scaled?.data).toEqual(expected)
    expect(before).toEqual(plainBefore)
    network.dispose()
  })

  it.for(['float32', 'bfloat16'] as const)(
    'goes on from a layer as from the pictures, in %s',
    async (precision, { skip }) => {
      skip(precision === 'bfloat16' && !reportDevice().bfloat16.supported)
      const network = await make(precision)
      for (const layer of ['conv1_1', 'pool2', 'conv4_2', 'fc6', 'fc8']) {
        const scales = new Map([[layer, factors(network, layer, { 0: 0, 1: 2 })]])
        const [tensor] = network.tap(batch, [{ layer, stage: 'output' }])
        if (tensor === undefined) throw new Error('No output.')
        const [upper] = network.tapScaled({ layer, tensor }, scales, [SCORES])
        const [whole] = network.tapScaled(batch, scales, [SCORES])
        // Fused or not, bfloat16 rounds at other places.
        const bound = precision === 'float32' ? 1e-6 : 2e-2
        expect(relativeError(upper?.data ?? [], whole?.data ?? []), layer).toBeLessThan(bound)
      }
      network.dispose()
    },
  )

  it('leaves weights and plain answers as they are', async () => {
    const network = await make()
    const before = network.getWeights()
    const plain = network.infer(batch)
    network.tapScaled(batch, new Map([['conv1_1', factors(network, 'conv1_1', { 0: 0 })]]), [
      SCORES,
    ])
    expectSameBits(network.getWeights(), before)
    expect(network.infer(batch)).toEqual(plain)
    network.dispose()
  })

  it('refuses what does not fit', async () => {
    const network = await make()
    const [tensor] = network.tap(batch, [{ layer: 'pool2', stage: 'output' }])
    if (tensor === undefined) throw new Error('No output.')
    const scale = new Float32Array(3)
    const asked: (() => unknown)[] = [
      () => network.tapScaled(batch, new Map([['prob', scale]]), [SCORES]),
      () => network.tapScaled(batch, new Map([['conv9_1', scale]]), [SCORES]),
      () => network.tapScaled(batch, new Map([['conv3_1', scale]]), [SCORES]),
      () => network.tapScaled({ layer: 'pool3', tensor }, new Map(), [SCORES]),
      () =>
        network.tapScaled({ layer: 'pool2', tensor }, new Map(), [
          { layer: 'conv1_1', stage: 'output' },
        ]),
      () =>
        network.tapScaled({ layer: 'pool2', tensor }, new Map(), [
          { layer: 'pool2', stage: 'pre-relu' },
        ]),
    ]
    for (const ask of asked) expect(ask).toThrow(expect.objectContaining({ code: 'bad-input' }))
    network.dispose()
  })
})
