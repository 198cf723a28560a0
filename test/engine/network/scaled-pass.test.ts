import { describe, expect, it } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
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

/** A network with scaled channels, and one whose weights above them are scaled by input channel. */
async function makeTwins() {
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
      data: data.map((value, at) => value * (scale[Math.floor(at / outputs) % scale.length] ?? 1)),
    })
  }
  twin.setWeights(weights)
  return { network, twin, scales, scaled: network.withScales(scales) }
}

describe('a pass with scaled channels', () => {
  it('is the plain one to the bit where nothing is scaled, at every layer', async () => {
    const network = await make()
    const taps = network.network.layers.flatMap(({ name: layer }) => [
      { layer, stage: 'pre-relu' as const },
      { layer, stage: 'output' as const },
    ])
    const ones = new Map([['conv1_1', factors(network, 'conv1_1', {})]])
    expect(network.withScales(ones).tap(batch, taps)).toEqual(network.tap(batch, taps))
    network.dispose()
  })

  it('is what the same factors on the weights above give', async () => {
    const { network, twin, scaled: asked } = await makeTwins()
    const [scaled] = asked.tap(batch, [SCORES])
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
    const [scaled, before] = network.withScales(scales).tap(batch, taps)
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
        const [upper] = network.withScales(scales).tapFrom({ layer, tensor }, [SCORES])
        const [whole] = network.withScales(scales).tap(batch, [SCORES])
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
    const off = new Map([['conv1_1', factors(network, 'conv1_1', { 0: 0 })]])
    network.withScales(off).tap(batch, [SCORES])
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
      () => network.withScales(new Map([['prob', scale]])),
      () => network.withScales(new Map([['conv9_1', scale]])),
      () => network.withScales(new Map([['conv3_1', scale]])),
      () => network.tapFrom({ layer: 'pool3', tensor }, [SCORES]),
      () => network.tapFrom({ layer: 'pool2', tensor }, [{ layer: 'conv1_1', stage: 'output' }]),
      () => network.tapFrom({ layer: 'pool2', tensor }, [{ layer: 'pool2', stage: 'pre-relu' }]),
    ]
    for (const ask of asked) expect(ask).toThrow(expect.objectContaining({ code: 'bad-input' }))
    network.dispose()
  })

  it('answers every question as that network does, and gradients go back through the factors', async () => {
    const { network, twin, scales, scaled } = await makeTwins()
    const close = (got: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void => {
      expect(relativeError(got, wanted), what).toBeLessThan(1e-5)
    }
    const one = { count: 1, pixels: batch.pixels.slice(0, batch.pixels.length / batch.count) }
    close(scaled.infer(batch).data, twin.infer(batch).data, 'probabilities')
    for (const guided of [false, true]) {
      for (const layer of ['input', 'conv2_1', 'conv3_1', 'conv4_1', 'pool4', 'fc7']) {
        const got = scaled.gradientAndOutput(batch, 2, layer, guided)
        const wanted = twin.gradientAndOutput(batch, 2, layer, guided)
        close(got.gradient.data, wanted.gradient.data, `gradient of ${layer}, guided: ${guided}`)
        close(got.output.data, wanted.output.data, `output of ${layer}`)
        close(got.scores.data, wanted.scores.data, 'scores')
      }
    }
    // With respect to what is scaled, only their product is the same: that is what Grad-CAM sums.
    for (const layer of scales.keys()) {
      const [got, wanted] = [scaled, twin].map((asked) => {
        const { gradient, output } = asked.gradientAndOutput(batch, 2, layer)
        return gradient.data.map((value, at) => value * (output.data[at] ?? NaN))
      })
      close(got ?? [], wanted ?? [], `gradient times output of ${layer}`)
    }
    const unit = { layer: 'conv4_2', row: 1, column: 1, channel: 1 }
    close(scaled.unitGradient(one, unit).data, twin.unitGradient(one, unit).data, 'unit gradient')
    const mean = { layer: 'conv5_1', channel: 0 }
    const [got, wanted] = [scaled, twin].map((asked) => asked.objectiveGradient(one, mean))
    close([got?.score ?? NaN], [wanted?.score ?? NaN], 'objective')
    close(got?.gradient.data ?? [], wanted?.gradient.data ?? [], 'gradient of the objective')
    const [summary, twins] = [scaled, twin].map((asked) =>
      asked.summariseChannels(batch, 'conv4_2'),
    )
    close(summary?.peaks ?? [], twins?.peaks ?? [], 'peaks')
    const glances = [scaled, twin].map((asked) => asked.glance(one, []).layers)
    for (const [at, { layer, max, strongest }] of (glances[1] ?? []).entries()) {
      // What is scaled itself, or only passes that on, is larger in the twin.
      if (scales.has(layer) || layer === 'pool1') continue
      close(glances[0]?.[at]?.max ?? [], max, `largest of ${layer}`)
      expect(glances[0]?.[at]?.strongest.map(({ channel }) => channel)).toEqual(
        strongest.map(({ channel }) => channel),
      )
    }
    network.dispose()
    twin.dispose()
  })

  it('scaled twice has both factors multiplied', async () => {
    const network = await make()
    const by = (factor: number) =>
      new Map([['conv3_1', factors(network, 'conv3_1', { 0: factor })]])
    const once = network.withScales(by(0.5))
    const pool = new Map([['pool1', factors(network, 'pool1', { 1: 0 })]])
    expect(once.withScales(by(0.5)).withScales(pool).infer(batch)).toEqual(
      network.withScales(pool).withScales(by(0.25)).infer(batch),
    )
    expect(once.withScales(new Map())).toBe(once)
    network.dispose()
  })
})
