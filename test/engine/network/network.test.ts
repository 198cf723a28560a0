import { describe, expect, it } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type {
  CompiledNetwork,
  CompileOptions,
} from '../../../src/main/engine/network/compiled-network'
import type { LabelledBatch } from '../../../src/main/engine/tensors/batches'
import { reportDevice, tensorflow } from '../../../src/main/engine/tensorflow'
import { countElements } from '../../../src/main/engine/network/parameters'
import { CONFIGURATION_NAMES, describeNetwork } from '../../../src/shared/vgg'
import {
  checkTensorCount,
  expectSameBits,
  makeBatch,
  normalise,
  pick,
  relativeError,
  SMALL,
  STEP,
} from './fixtures'

checkTensorCount()

async function make(options: Partial<CompileOptions> = {}, seed = 5): Promise<CompiledNetwork> {
  const network = await compileNetwork({
    spec: SMALL,
    precision: 'float32',
    trainable: true,
    ...options,
  })
  network.initialise('he', seed)
  normalise(network)
  return network
}

const batch = makeBatch(SMALL, 6)

/** The pictures from `first` to before `last`. */
function slice({ pixels, labels }: LabelledBatch, first: number, last: number): LabelledBatch {
  const bytes = SMALL.inputSize ** 2 * 3
  return {
    count: last - first,
    pixels: pixels.subarray(first * bytes, last * bytes),
    labels: labels.subarray(first, last),
  }
}

describe('the built network', () => {
  it.each(CONFIGURATION_NAMES)('%s has the parameters of the arithmetic', async (name) => {
    const spec = { ...SMALL, configuration: name }
    const network = await compileNetwork({ spec, precision: 'float32', trainable: false })
    network.initialise('glorot', 1)
    const built = [...network.getWeights().values()].reduce((total, { shape, data }) => {
      expect(data.length).toBe(countElements(shape))
      return total + data.length
    }, 0)
    expect(built).toBe(describeNetwork(spec).parameters)
    network.dispose()
  })

  it('gives probabilities, and each layer before and after its ReLU in one call', async () => {
    const network = await make({ trainable: false })
    const probabilities = network.infer(batch)
    expect(probabilities.shape).toEqual([6, SMALL.classes])
    const firstRow = probabilities.data.subarray(0, SMALL.classes)
    expect(firstRow.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 5)
    const layers = network.network.layers
    const outputs = network.tap(
      batch,
      layers.map(({ name }) => ({ layer: name, stage: 'output' })),
    )
    const before = network.tap(
      batch,
      layers.map(({ name }) => ({ layer: name, stage: 'pre-relu' })),
    )
    layers.forEach(({ name, relu, output, kind }, index) => {
      const isFlat = kind === 'fully-connected' || kind === 'softmax'
      const shape = isFlat ? [6, output[2]] : [6, ...output]
      expect(outputs[index]?.shape, name).toEqual(shape)
      const raw = before[index]?.data ?? new Float32Array()
      const expected = relu ? raw.map((value) => Math.max(value, 0)) : raw
      if (relu) expect(Math.min(...raw), name).toBeLessThan(0)
      expect(outputs[index]?.data, name).toEqual(expected)
    })
    expect(outputs[layers.length - 1]?.data).toEqual(probabilities.data)
    network.dispose()
  })

  it('scores a batch as its probabilities say', async () => {
    const network = await make({ trainable: false })
    const { data } = network.infer(batch)
    const score = network.evaluate(batch)
    let loss = 0
    let top1 = 0
    let top5 = 0
    batch.labels.forEach((label, row) => {
      const own = data.subarray(row * SMALL.classes, (row + 1) * SMALL.classes)
      const ranked = [...own.keys()].sort((a, b) => (own[b] ?? 0) - (own[a] ?? 0))
      loss -= Math.log(own[label] ?? 0)
      top1 += Number(ranked[0] === label)
      top5 += Number(ranked.slice(0, 5).includes(label))
    })
    expect(score).toMatchObject({ count: 6, top1, top5 })
    expect(score.lossSum / loss).toBeCloseTo(1, 5)
    // Equal scores get no credit beyond the lower classes' ranks.
    network.setWeights(
      new Map(
        [...network.getWeights()].map(([name, { shape, data: own }]) => [
          name,
          { shape, data: own.map(() => 0) },
        ]),
      ),
    )
    expect(network.evaluate(batch)).toMatchObject({ top1: 1, top5: 5 })
    network.dispose()
  })

  it('guided backpropagation drops negative gradients at every ReLU', async () => {
    const network = await make({ trainable: false })
    // Under the top layers of fc7 there is one ReLU: what comes through it can be said by hand.
    const plain = network.gradient(batch, 1, 'fc7').data
    const guided = network.gradient(batch, 1, 'fc7', true).data
    expect(guided).toEqual(plain)
    const { shape, data: weights } = pick(network.getWeights(), 'fc7.weight')
    const [inputs = 0, units = 0] = shape
    const [fc7] = network.tap(batch, [{ layer: 'fc7', stage: 'output' }])
    const through = network.gradient(batch, 1, 'fc6', true).data
    const expected = Float32Array.from({ length: batch.count * inputs }, (_, index) => {
      const row = Math.floor(index / inputs)
      let total = 0
      for (let unit = 0; unit < units; unit++) {
        const passes = (fc7?.data[row * units + unit] ?? 0) > 0
        const gradient = Math.max(0, plain[row * units + unit] ?? 0)
        if (passes) total += gradient * (weights[(index % inputs) * units + unit] ?? 0)
      }
      return total
    })
    expect(relativeError(through, expected)).toBeLessThan(1e-5)
    expect(network.gradient(batch, 1, 'input', true).data).not.toEqual(
      network.gradient(batch, 1, 'input').data,
    )
    network.dispose()
  })
})

describe('training', () => {
  it('accumulates micro-batches to the step of the whole batch', async () => {
    const whole = await make()
    const parts = await make()
    for (let step = 0; step < 3; step++) {
      const settings = { ...STEP, step }
      const score = whole.train(batch, settings)
      const scores = [
        parts.accumulate(slice(batch, 0, 1), settings, 0),
        parts.accumulate(slice(batch, 1, 4), settings, 1),
        parts.accumulate(slice(batch, 4, 6), settings, 2),
      ]
      parts.apply(6, settings)
      const lossSum = scores.reduce((total, part) => total + part.lossSum, 0)
      expect(lossSum / score.lossSum).toBeCloseTo(1, 5)
      expect(scores.reduce((total, part) => total + part.count, 0)).toBe(6)
    }
    const expected = whole.getWeights()
    for (const [name, { data }] of parts.getWeights()) {
      expect(relativeError(data, pick(expected, name).data), name).toBeLessThan(2e-6)
    }
    whole.dispose()
    parts.dispose()
  })

  it('forgets what was accumulated', async () => {
    const network = await make()
    const before = network.getWeights()
    network.accumulate(batch, STEP, 0)
    expect(() => network.train(batch, STEP)).toThrow(/applied or cleared/)
    network.clearAccumulated()
    expect(() => network.apply(6, STEP)).toThrow(/accumulated/)
    expectSameBits(network.getWeights(), before)
    const other = await make()
    network.train(batch, STEP)
    other.train(batch, STEP)
    expectSameBits(network.getWeights(), other.getWeights())
    network.dispose()
    other.dispose()
  })

  it('is the same to the bit in two sessions, dropout included, and differs by seed', async () => {
    const settings = { ...STEP, dropout: 0.5 }
    const networks = [await make(), await make(), await make()]
    networks.forEach((network, index) => {
      for (let step = 0; step < 3; step++) {
        network.train(batch, { ...settings, step, seed: index === 2 ? 9 : 3 })
      }
    })
    const [first, second, third] = networks.map((network) => network.getWeights())
    if (first === undefined || second === undefined || third === undefined) throw new Error()
    expectSameBits(first, second)
    expect(pick(third, 'fc7.weight').data).not.toEqual(pick(first, 'fc7.weight').data)
    for (const network of networks) network.dispose()
  })

  it('resumes from weights and velocity to the bit', async () => {
    const first = await make()
    const second = await make({}, 77)
    first.train(batch, STEP)
    second.setWeights(first.getWeights())
    second.setVelocity(first.getVelocity())
    for (const network of [first, second]) network.train(batch, { ...STEP, step: 1 })
    expectSameBits(second.getWeights(), first.getWeights())
    expectSameBits(second.getVelocity(), first.getVelocity())
    first.dispose()
    second.dispose()
  })

  it('follows v = mu v + g + decay w and w = w - rate v, without momentum as well', async () => {
    for (const momentum of [0.9, 0]) {
      const network = await make()
      const reference = await make()
      const settings = { ...STEP, momentum, weightDecay: 0.05 }
      network.train(batch, settings)
      const weights = network.getWeights()
      const velocity = network.getVelocity()
      reference.setWeights(weights)
      reference.train(batch, { ...settings, momentum: 0, weightDecay: 0 })
      const gradients = reference.getVelocity()
      network.train(batch, settings)
      const after = network.getWeights()
      for (const [name, { data }] of network.getVelocity()) {
        const decay = name.endsWith('.weight') ? 0.05 : 0
        const own = pick(weights, name).data
        const expected = pick(gradients, name).data.map(
          (value, index) =>
            momentum * (pick(velocity, name).data[index] ?? 0) + value + decay * (own[index] ?? 0),
        )
        expect(relativeError(data, expected), name).toBeLessThan(1e-6)
        const moved = own.map((value, index) => value - STEP.learningRate * (expected[index] ?? 0))
        expect(relativeError(pick(after, name).data, moved), name).toBeLessThan(1e-6)
      }
      network.dispose()
      reference.dispose()
    }
  })

  it('leaves frozen layers alone and trains the others', async () => {
    const frozen = ['conv1_1', 'conv2_1', 'conv3_1', 'fc7']
    const network = await make({ frozen })
    const before = network.getWeights()
    network.train(batch, STEP)
    network.accumulate(batch, STEP, 0)
    network.apply(6, STEP)
    for (const [name, { data }] of network.getWeights()) {
      const isFrozen = frozen.includes(name.split('.')[0] ?? '')
      const same = Buffer.compare(
        Buffer.from(data.buffer),
        Buffer.from(pick(before, name).data.buffer),
      )
      expect(same === 0, name).toBe(isFrozen)
    }
    expect(network.getVelocity().has('fc7.weight')).toBe(false)
    network.dispose()
  })

  it('learns a small batch by heart', async () => {
    const network = await make()
    let loss = Infinity
    // So slow that rounding, which differs by processor, does not decide where it ends.
    for (let step = 0; step < 200; step++) {
      loss = network.train(batch, { ...STEP, step, learningRate: 0.005 }).lossSum / 6
    }
    expect(loss).toBeLessThan(0.1)
    expect(network.evaluate(batch).top1).toBe(6)
    network.dispose()
  })

  it('keeps tensors and memory level over 200 steps', async () => {
    const network = await make()
    /** How much the process has grown meanwhile, in bytes. */
    const steps = (count: number): number => {
      const before = process.memoryUsage().rss
      for (let step = 0; step < count; step++) {
        network.train(batch, { ...STEP, step, learningRate: 1e-3 })
        network.tap(batch, [{ layer: 'conv3_2', stage: 'output' }])
      }
      return process.memoryUsage().rss - before
    }
    steps(50)
    const tensors = tensorflow().memory().numTensors
    // A leak grows in every round; what the collector or an allocator's pool takes does not.
    const growths = [steps(200), steps(200), steps(200)]
    expect(tensorflow().memory().numTensors).toBe(tensors)
    // The pictures of a call, if they leaked, would be 7 MiB in all, the gradients of a step 40.
    expect(Math.min(...growths)).toBeLessThan(6 * 2 ** 20)
    network.dispose()
  })
})

describe('weights', () => {
  it('go in and out unchanged, and share no memory with what was given', async () => {
    const network = await make()
    const given = network.getWeights()
    const copy = new Map(
      [...given].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
    )
    network.setWeights(given)
    expectSameBits(network.getWeights(), copy)
    network.train(batch, STEP)
    expectSameBits(given, copy)
    const trained = network.getWeights()
    for (const { data } of given.values()) data.fill(0)
    expectSameBits(network.getWeights(), trained)
    network.dispose()
  })

  it('are refused as a whole where one name or shape is wrong', async () => {
    const network = await make()
    const before = network.getWeights()
    const bias = { shape: [3], data: new Float32Array(3) }
    const zeroed = {
      ...pick(before, 'conv1_1.weight'),
      data: new Float32Array(pick(before, 'conv1_1.weight').data.length),
    }
    expect(() =>
      network.setWeights(
        new Map([
          ['conv1_1.weight', zeroed],
          ['fc8.bias', { shape: [99], data: new Float32Array(99) }],
        ]),
      ),
    ).toThrow(/fc8\.bias in the shape \[7\], got \[99\]/)
    expect(() =>
      network.setWeights(
        new Map([
          ['conv1_1.weight', zeroed],
          ['fc9.bias', bias],
        ]),
      ),
    ).toThrow(/fc9/)
    expectSameBits(network.getWeights(), before)
    network.dispose()
  })

  it.each([
    ['paper', 0.1],
    ['paper-sigma', 0.01],
  ] as const)('%s are normal with sigma %d, whatever the layer', async (scheme, sigma) => {
    const network = await make({ trainable: false })
    network.initialise(scheme, 3)
    const weights = network.getWeights()
    const { data } = pick(weights, 'fc6.weight')
    const variance = data.reduce((total, value) => total + value * value, 0) / data.length
    expect(Math.sqrt(variance) / sigma).toBeCloseTo(1, 1)
    expect(pick(weights, 'fc6.bias').data.every((value) => value === 0)).toBe(true)
    network.dispose()
  })

  it('are drawn by seed and name, He normal and Glorot uniform from their fans', async () => {
    const network = await make({ trainable: false })
    network.initialise('he', 3)
    const he = network.getWeights()
    network.initialise('he', 4)
    expect(pick(network.getWeights(), 'conv4_1.weight').data).not.toEqual(
      pick(he, 'conv4_1.weight').data,
    )
    network.initialise('he', 3)
    expectSameBits(network.getWeights(), he)
    const { shape, data } = pick(he, 'conv5_1.weight')
    const [height = 0, width = 0, inputs = 0, outputs = 0] = shape
    const variance = data.reduce((total, value) => total + value * value, 0) / data.length
    expect((variance * height * width * inputs) / 2).toBeCloseTo(1, 0)
    network.initialise('glorot', 3)
    const glorot = pick(network.getWeights(), 'conv5_1.weight').data
    const limit = Math.sqrt(6 / (height * width * (inputs + outputs)))
    const largest = glorot.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    expect(largest).toBeLessThanOrEqual(limit * 1.000001)
    expect(largest).toBeGreaterThan(limit * 0.99)
    network.dispose()
  })
})

describe('what does not fit is refused before the call', () => {
  it('names what was expected and what came', async () => {
    const network = await make()
    const weights = network.getWeights()
    expect(() => network.train({ ...batch, count: 5 }, STEP)).toThrow(/5 pictures of 32x32/)
    expect(() => network.evaluate({ ...batch, labels: batch.labels.map(() => 7) })).toThrow(
      /labels from 0 to 6, got 7/,
    )
    expect(() => network.train(batch, { ...STEP, dropout: 1 })).toThrow(/dropout/)
    expect(() => network.train(batch, { ...STEP, learningRate: Number.NaN })).toThrow(/learning/)
    expect(() => network.tap(batch, [{ layer: 'conv9_9', stage: 'output' }])).toThrow(/conv9_9/)
    expect(() => network.gradient(batch, 7, 'input')).toThrow(/class from 0 to 6/)
    expect(() => network.gradient(batch, 0, 'prob')).toThrow(/under the class scores/)
    expectSameBits(network.getWeights(), weights)
    network.dispose()
    expect(() => network.infer(batch)).toThrow(/disposed/)
    network.dispose()
    const empty = await compileNetwork({ spec: SMALL, precision: 'float32', trainable: false })
    expect(() => empty.infer(batch)).toThrow(/weights for every layer/)
    empty.dispose()
    await expect(
      compileNetwork({ spec: { ...SMALL, inputSize: 31 }, precision: 'float32', trainable: false }),
    ).rejects.toThrow(/from 32 to 1024 px; got 31/)
    await expect(
      compileNetwork({ spec: SMALL, precision: 'float32', trainable: true, frozen: ['conv9'] }),
    ).rejects.toThrow(/conv9/)
  })

  it('runs in bfloat16 where the hardware has it, and says why not where it has not', async () => {
    const { bfloat16 } = reportDevice()
    const options = { spec: SMALL, precision: 'bfloat16', trainable: true } as const
    if (!bfloat16.supported) {
      await expect(compileNetwork(options)).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringContaining(bfloat16.reason) as string,
      })
      return
    }
    const full = await make()
    const half = await make(options)
    half.setWeights(full.getWeights())
    const expected = full.evaluate(batch).lossSum
    expect(half.evaluate(batch).lossSum / expected).toBeCloseTo(1, 1)
    for (let step = 0; step < 20; step++) half.train(batch, { ...STEP, step })
    expect(half.evaluate(batch).lossSum).toBeLessThan(expected)
    full.dispose()
    half.dispose()
  })
})
