import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UnitArithmetics } from '../../../src/main/engine/inspect/arithmetic'
import type { FittedPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import { ablate } from '../../../src/main/engine/inspect/ablations'
import type { AskedModel } from '../../../src/main/engine/inspect/asked-model'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import type { UnitArithmetic, UnitSteps } from '../../../src/shared/contract'
import { rankChannels } from '../../../src/shared/convolution'
import { paperPreprocessing, type Ablation } from '../../../src/shared/spec'
import { normaliseValue, softmaxParts } from '../../../src/shared/unit-arithmetic'
import type { NetworkSpec } from '../../../src/shared/vgg'
import { checkTensorCount, makeBatch, pick } from '../network/fixtures'

checkTensorCount()

/** A-LRN: every kind of layer. fc6 has a 2 x 2 window, as at 64 pixels. */
const SPEC: NetworkSpec = {
  configuration: 'A-LRN',
  inputSize: 64,
  classes: 7,
  width: 0.25,
}
const RELATIVE = 1e-4

let network: CompiledNetwork
let model: AskedModel
let fitted: FittedPicture

beforeAll(async () => {
  network = await compileNetwork({ spec: SPEC, precision: 'float32', trainable: false })
  network.initialise('he', 4)
  const preprocessing = paperPreprocessing([120, 125, 130], SPEC.inputSize)
  network.setPreprocessing(preprocessing)
  // Biases that are not 0, or leaving them out would not show.
  const biases = [...network.getWeights()].filter(([name]) => name.endsWith('.bias'))
  network.setWeights(
    new Map(
      biases.map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((_, index) => 0.3 + index / 97) },
      ]),
    ),
  )
  model = {
    network,
    scales: new Map(),
    preprocessing,
    classNames: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
    fit: { inputSize: SPEC.inputSize, smallestSide: 73 },
    title: 'a test',
    step: 12,
    runFolder: '/run',
    checkpoint: null,
    weights: 'these',
  }
  const { pixels } = makeBatch(SPEC, 1, 8)
  fitted = {
    picture: { width: SPEC.inputSize, height: SPEC.inputSize, pixels },
    source: { width: 90, height: 80 },
  }
})

afterAll(() => network.dispose())

function read(
  layer: string,
  [row, column, channel]: readonly [number, number, number],
  ablations: readonly Ablation[] = [],
  from = new UnitArithmetics(),
): UnitArithmetic {
  return from.read(
    ablate(model, ablations),
    fitted,
    { layer, row, column, channel },
    performance.now(),
  )
}

/** The value by the steps that are told, and nothing else. */
function compute({ steps, unit, factor }: UnitArithmetic): number {
  switch (steps.kind) {
    case 'weighted-sum': {
      const total = steps.sums.reduce((sum, own) => sum + own, steps.bias)
      return (steps.relu ? Math.max(0, total) : total) * factor
    }
    case 'maximum':
      return (steps.values[steps.largest] ?? NaN) * factor
    case 'normalisation':
      return normaliseValue(steps.values, unit.channel - steps.firstChannel).value * factor
    case 'softmax': {
      const { powers, total } = softmaxParts(steps.scores)
      return (powers[unit.channel] ?? NaN) / total
    }
  }
}

function take<K extends UnitSteps['kind']>(
  { steps }: UnitArithmetic,
  kind: K,
): Extract<UnitSteps, { kind: K }> {
  if (steps.kind !== kind) throw new Error(`Expected ${kind}, got ${steps.kind}.`)
  return steps as Extract<UnitSteps, { kind: K }>
}

/** Within 1e-4 of the larger of the value and what it is the sum of. */
function expectClose(found: number, expected: number, size: number, what: string): void {
  const scale = Math.max(Math.abs(expected), size, 1e-12)
  expect(Math.abs(found - expected) / scale, `${what}: ${found}, ${expected}`).toBeLessThan(
    RELATIVE,
  )
}

describe('the arithmetic of a unit', () => {
  it('gives the activation of the graph at corners, borders and inside, in every layer', () => {
    const { layers } = model.network.network
    const arithmetics = new UnitArithmetics()
    for (const { name, output } of layers) {
      const [height, width, channels] = output
      const [maps] = model.network.tap({ count: 1, pixels: fitted.picture.pixels }, [
        { layer: name, stage: 'output' },
      ])
      const places = [
        [0, 0, 0],
        [height - 1, width - 1, channels - 1],
        [0, width >> 1, channels >> 1],
        [height >> 1, width >> 1, Math.min(3, channels - 1)],
      ] as const
      for (const place of places) {
        const [row, column, channel] = place
        const found = read(name, place, [], arithmetics)
        const graph = maps?.data[(row * width + column) * channels + channel] ?? NaN
        // A ReLU may give -0, which is no other value.
        expect(found.value + 0).toBe(graph + 0)
        const { steps } = found
        const size = 'sums' in steps ? steps.sums.reduce((sum, own) => sum + Math.abs(own), 0) : 0
        expectClose(compute(found), graph, 0.01 * size, `${name} at ${place.join()}`)
        if ('sums' in steps) {
          expectClose(steps.preRelu, steps.computedPreRelu, 0.01 * size, `${name} before the ReLU`)
        }
      }
    }
    expect(layers.map(({ kind }) => kind)).toContain('lrn')
  })

  it('tells what each input channel adds, with patch and weights that make it up', () => {
    const weights = model.network.getWeights()
    for (const [layer, side, padding] of [
      ['conv1_1', 3, 1],
      ['conv3_2', 3, 1],
      ['fc6', 2, 0],
      ['fc7', 1, 0],
    ] as const) {
      const place = layer.startsWith('fc') ? ([0, 0, 5] as const) : ([0, 2, 5] as const)
      const found = read(layer, place)
      const { patch, kernel, sums, bias } = take(found, 'weighted-sum')
      expect(found.window).toEqual({ row: place[0] - padding, column: place[1] - padding, side })
      expect(bias).toBeCloseTo(0.3 + 5 / 97, 5)
      expect(sums).toHaveLength(found.inputShape[2])
      expect([patch.length, kernel.length]).toEqual([side * side * sums.length, patch.length])
      const { data, shape } = pick(weights, `${layer}.weight`)
      const [outputs = 0, inputs] = [shape.at(-1), found.inputShape[2]]
      expect(kernel.every((own, place) => own === data[place * outputs + 5])).toBe(true)
      for (const [channel, sum] of sums.entries()) {
        let total = 0
        for (let place = channel; place < patch.length; place += inputs) {
          total += (kernel[place] ?? NaN) * (patch[place] ?? NaN)
        }
        expect(total).toBeCloseTo(sum, 4)
      }
      // At the upper border the kernel's first row lies in the padding.
      const firstRow = patch.slice(0, side * inputs)
      expect(firstRow.every((value) => value === 0)).toBe(padding === 1)
    }
  })

  it('names the winner of a pool, the window of an LRN, and all scores of the soft-max', () => {
    const pool = read('pool1', [3, 4, 2])
    const { values, largest } = take(pool, 'maximum')
    expect(pool.window).toEqual({ row: 6, column: 8, side: 2 })
    expect(Math.max(...values)).toBe(values[largest])
    expect(values[largest]).toBe(pool.value)
    expect([...values]).toEqual(
      [0, 1, 2, 3].map((tap) => read('lrn1_1', [6 + (tap >> 1), 8 + (tap % 2), 2]).value),
    )
    const first = take(read('lrn1_1', [5, 5, 0]), 'normalisation')
    expect([first.firstChannel, first.values.length]).toEqual([0, 3])
    const inner = take(read('lrn1_1', [5, 5, 7]), 'normalisation')
    expect([inner.firstChannel, inner.values.length]).toEqual([5, 5])
    const { scores } = take(read('prob', [0, 0, 2]), 'softmax')
    expect([...scores]).toEqual(
      scores.length ? [0, 1, 2, 3, 4, 5, 6].map((c) => read('fc8', [0, 0, c]).value) : [],
    )
  })

  it('scales with the ablations that are in force, below the unit and at it', () => {
    const place = [2, 2, 4] as const
    const plain = take(read('conv2_1', place), 'weighted-sum')
    const [strongest = -1] = rankChannels(plain.sums)
    const off = { layer: 'pool1', channels: [strongest], factor: 0 }
    const without = read('conv2_1', place, [off])
    const steps = take(without, 'weighted-sum')
    expect(steps.sums[strongest]).toBe(0)
    const taken = plain.sums[strongest] ?? NaN
    expectClose(steps.preRelu, plain.preRelu - taken, Math.abs(plain.preRelu), 'without it')
    expectClose(compute(without), without.value, 1, 'ablated below')
    const half = read('conv2_1', place, [{ layer: 'conv2_1', channels: [4], factor: 0.5 }])
    expect(half.factor).toBe(0.5)
    expectClose(compute(half), half.value, 0, 'scaled itself')
    const first = read('conv1_1', place, [{ layer: 'conv1_1', channels: [4], factor: 2 }])
    expectClose(compute(first), first.value, 0, 'scaled above the picture')
  })

  it('runs no pass for another unit of the same layer, and keeps no other picture’s maps', () => {
    const arithmetics = new UnitArithmetics()
    let passes = 0
    const watched: AskedModel = {
      ...model,
      network: new Proxy(model.network, {
        get(network, key) {
          if (key === 'tap') passes += 1
          const value: unknown = Reflect.get(network, key)
          return typeof value === 'function' ? (value.bind(network) as unknown) : value
        },
      }),
    }
    const ask = (layer: string, channel: number, picture = fitted): UnitArithmetic =>
      arithmetics.read(watched, picture, { layer, row: 1, column: 1, channel }, 0)
    ask('conv2_1', 0)
    expect(passes).toBe(1)
    expect(ask('conv2_1', 6).value).toBe(read('conv2_1', [1, 1, 6]).value)
    expect(passes).toBe(1)
    ask('conv3_1', 6)
    const { pixels } = makeBatch(SPEC, 1, 9)
    const other = { ...fitted, picture: { ...fitted.picture, pixels } }
    expect(ask('conv3_1', 6, other).value).not.toBe(read('conv3_1', [1, 1, 6]).value)
    expect(passes).toBe(3)
  })

  it('refuses a layer and a unit that there is not', () => {
    expect(() => read('conv9_9', [0, 0, 0])).toThrow('got conv9_9.')
    expect(() => read('conv1_1', [0, 64, 0])).toThrow('row 0, column 64, channel 0')
    expect(() => read('fc7', [0, 0, 1024])).toThrow('channel 1024')
    expect(() => read('prob', [0, 0, 7])).toThrow('channel 7')
    expect(() => model.network.getKernel('pool1', 0)).toThrow('Expected a layer with weights')
    expect(() => model.network.getKernel('fc8', 7)).toThrow('Expected a channel from 0 to 6')
  })
})
