import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Attributions } from '../../../src/main/engine/inspect/attribution/attributions'
import type { Ask } from '../../../src/main/engine/inspect/attribution/ask'
import { randomiseDown } from '../../../src/main/engine/inspect/attribution/randomised-weights'
import { FittedPictureCache } from '../../../src/main/engine/inspect/fitted-picture-cache'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import type { AttributionMethod, ModelRef, Progress } from '../../../src/shared/contract'
import { expectSameBits, relativeError, SMALL } from '../network/fixtures'
import { until } from '../../support/until'
import { finish, SmallLab } from '../training/small-run'

const lab = new SmallLab()
const MODEL: ModelRef = { kind: 'run', folder: lab.run('asked'), checkpoint: null }
const SIZE = 32
const image = (number: number): string => join(lab.dataFolder, 'circle', `circle-000${number}.png`)
const QUESTION = { model: MODEL, image: image(1), classIndex: 1 }
const INTEGRATED: AttributionMethod = { kind: 'integrated', baseline: 'mean', steps: 300 }
const OCCLUSION: AttributionMethod = { kind: 'occlusion', patchPx: 8, stridePx: 4, fill: 'mean' }
const GRAD_CAM: AttributionMethod = { kind: 'grad-cam', layer: 'conv4_2' }

let models: ModelRegistry
let attributions: Attributions
let tensors = 0

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('asked', { epochs: 2 }))
  models = new ModelRegistry(() => null)
  await models.use(MODEL, () => null)
  tensors = tensorflow().memory().numTensors
})
beforeEach(() => {
  attributions = new Attributions(models, new FittedPictureCache(), () => false)
})
afterAll(() => {
  expect(tensorflow().memory().numTensors).toBe(tensors)
  models.dispose()
  lab.remove()
})

describe('a map of why', () => {
  test('of integrated gradients adds up to what the score rises by, with enough steps', async () => {
    const ask = async (baseline: 'mean' | 'black', steps: number) => {
      const method: AttributionMethod = { kind: 'integrated', baseline, steps }
      const found = await attributions.explain({ ...QUESTION, method }, {})
      if (found.completeness === null) throw new Error('No completeness.')
      const { sum, difference } = found.completeness
      expect(found.data.reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 5)
      return { ...found, difference, error: Math.abs(sum / difference - 1) }
    }
    const coarse = await ask('black', 10)
    const fine = await ask('black', 1000)
    expect([coarse.passes, fine.passes]).toEqual([12, 1002])
    expect(fine.error).toBeLessThan(0.02)
    expect(fine.error).toBeLessThan(coarse.error)
    // Black is not the mean colour: the baseline counts.
    const other = await ask('mean', 1000)
    expect(other.error).toBeLessThan(0.02)
    expect(other.score).toBeCloseTo(fine.score, 5)
    expect(other.difference).not.toBeCloseTo(fine.difference, 3)
  })

  test('tells the probability that the prediction tells', async () => {
    const { probability, shape, data, step } = await attributions.explain(
      { ...QUESTION, method: GRAD_CAM },
      {},
    )
    const fitted = await new FittedPictureCache().fit(image(1), { inputSize: 32, smallestSide: 37 })
    const { data: all } = await models.use(MODEL, ({ network }) =>
      network.infer({ count: 1, pixels: fitted.picture.pixels }),
    )
    expect(probability).toBeCloseTo(all[1] ?? NaN, 5)
    expect([shape, data.length, step]).toEqual([[4, 4], 16, null])
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0)
  })

  test('of occlusion is nothing where the whole picture is the fill', async () => {
    const whole: AttributionMethod = { ...OCCLUSION, patchPx: SIZE, stridePx: SIZE }
    const { data, passes } = await attributions.explain({ ...QUESTION, method: whole }, {})
    // One patch over all: every pixel has the same fall.
    expect(passes).toBe(2)
    expect(new Set(data).size).toBe(1)
  })

  test('is kept for the same question, and made anew for another class, picture or method', async () => {
    const question = { ...QUESTION, method: OCCLUSION }
    const told: Progress[] = []
    const first = await attributions.explain(question, { onProgress: (now) => told.push(now) })
    expect(told[told.length - 1]).toMatchObject({ total: 50 })
    const again = await attributions.explain(question, {})
    expect(again.data).toBe(first.data)
    for (const change of [{ classIndex: 0 }, { image: image(2) }, { method: GRAD_CAM }]) {
      const other = await attributions.explain({ ...question, ...change }, {})
      expect(other.data).not.toEqual(first.data)
    }
  })

  test('is refused in one line for what there is not', async () => {
    const ask = (change: object) =>
      attributions.explain({ ...QUESTION, method: GRAD_CAM, ...change }, {})
    const refused = { code: 'bad-input' }
    await expect(ask({ classIndex: 3 })).rejects.toMatchObject({
      ...refused,
      message: 'Expected a class from 0 to 2, got 3.',
    })
    await expect(ask({ method: { ...GRAD_CAM, layer: 'fc6' } })).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('got fc6 (1 x 1 x 410)') as string,
    })
    await expect(ask({ method: { ...OCCLUSION, patchPx: 40 } })).rejects.toMatchObject(refused)
    await expect(ask({ method: { ...OCCLUSION, stridePx: 9 } })).rejects.toMatchObject(refused)
    await expect(ask({ image: join(lab.root, 'none.png') })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('stops when it is cancelled', async () => {
    const controller = new AbortController()
    const method: AttributionMethod = { ...OCCLUSION, patchPx: 2, stridePx: 1 }
    const asked = attributions.explain(
      { ...QUESTION, method },
      {
        signal: controller.signal,
        onProgress: ({ done }) => {
          if (done > 0) controller.abort()
        },
      },
    )
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('asked 200 times leaves no tensor behind', async () => {
    const before = tensorflow().memory().numTensors
    for (let time = 0; time < 200; time++) {
      const fresh = new Attributions(models, new FittedPictureCache(), () => false)
      await fresh.explain({ ...QUESTION, method: { kind: 'guided' } }, {})
    }
    expect(tensorflow().memory().numTensors).toBe(before)
  })
})

describe('deletion and insertion', () => {
  test('begin and end where they must, and follow the order of the map', async () => {
    const { probability } = await attributions.explain({ ...QUESTION, method: OCCLUSION }, {})
    const told: Progress[] = []
    const { shares, deletion, insertion, deletionArea, insertionArea } =
      await attributions.measureFaithfulness(
        { ...QUESTION, method: OCCLUSION, steps: 16 },
        { onProgress: (now) => told.push(now) },
      )
    expect([shares[0], shares[8], shares[16]]).toEqual([0, 0.5, 1])
    expect(deletion[0]).toBeCloseTo(probability, 5)
    expect(insertion[16]).toBeCloseTo(probability, 5)
    const mean = (curve: Float32Array): number =>
      curve.reduce((sum, value, index) => sum + value * (index % 16 === 0 ? 0.5 : 1), 0) / 16
    expect(deletionArea).toBeCloseTo(mean(deletion), 6)
    expect(insertionArea).toBeCloseTo(mean(insertion), 6)
    // Removing what supports the class first takes more of it away than removing it last.
    const random = await attributions.measureFaithfulness(
      { ...QUESTION, method: null, steps: 16 },
      {},
    )
    expect(random.deletion[0]).toBeCloseTo(deletion[0] ?? NaN, 5)
    expect(random.deletion[16]).toBeCloseTo(deletion[16] ?? NaN, 5)
    expect(deletionArea).toBeLessThan(random.deletionArea)
    expect(told[told.length - 1]).toMatchObject({ label: 'Deletion and insertion', total: 84 })
  })
})

describe('the check with randomised weights', () => {
  test('draws layer after layer from above, and leaves the asked network alone', async () => {
    const before = await models.use(MODEL, ({ network }) => network.getWeights())
    const { original, randomised } = await attributions.checkSanity(
      { ...QUESTION, method: { kind: 'saliency' }, seed: 3 },
      {},
    )
    const names = ['fc8', 'fc7', 'fc6', 'conv5_2', 'conv5_1', 'conv4_2', 'conv4_1', 'conv3_2']
    expect(randomised.map(({ layer }) => layer)).toEqual([
      ...names,
      'conv3_1',
      'conv2_1',
      'conv1_1',
    ])
    for (const { data, correlation } of randomised) {
      expect(data).toHaveLength(original.data.length)
      expect(data).not.toEqual(original.data)
      expect(Math.abs(correlation ?? NaN)).toBeLessThanOrEqual(1)
    }
    const after = await models.use(MODEL, ({ network }) => network.getWeights())
    expect(after).toEqual(before)
    const own = await attributions.explain({ ...QUESTION, method: { kind: 'saliency' } }, {})
    expect(original.data).toEqual(own.data)
  })

  test('tells another network for another seed, and the same for the same', async () => {
    const ask = async (seed: number): Promise<Float32Array | undefined> => {
      const question = { ...QUESTION, method: GRAD_CAM, seed }
      return (await attributions.checkSanity(question, {})).randomised[0]?.data
    }
    const [first, again, other] = [await ask(3), await ask(3), await ask(4)]
    expect(relativeError(again ?? [], first ?? [])).toBeLessThan(1e-6)
    expect(other).not.toEqual(first)
  })

  test('never draws the weights that a run of the same seed began with', async () => {
    const options = { spec: SMALL, precision: 'float32', trainable: false } as const
    const [network, copy] = await Promise.all([compileNetwork(options), compileNetwork(options)])
    network.initialise('he', 3)
    const read = (of: CompiledNetwork): Float32Array => of.getLayerWeights('fc8').weight.data
    const ask: Ask = (question) => Promise.resolve(question(network))
    const drawn = await randomiseDown({ ask }, copy, 3, read(network), () =>
      Promise.resolve(read(copy)),
    )
    expect(drawn[0]?.layer).toBe('fc8')
    for (const { correlation } of drawn) expect(Math.abs(correlation ?? 1)).toBeLessThan(0.5)
    // In the end it has all true weights again.
    expectSameBits(copy.getWeights(), network.getWeights())
    network.dispose()
    copy.dispose()
  })

  test('frees its copy when it is cancelled', async () => {
    const controller = new AbortController()
    const before = tensorflow().memory().numTensors
    const asked = attributions.checkSanity(
      { ...QUESTION, method: INTEGRATED, seed: 3 },
      {
        signal: controller.signal,
        onProgress: ({ done }) => {
          if (done > 300) controller.abort()
        },
      },
    )
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
    expect(tensorflow().memory().numTensors).toBe(before)
  })
})

test('a network in training is asked as it was when the question came, and trains on', async () => {
  const handle = lab.start('moving', { epochs: 400 })
  const moving = new ModelRegistry(() => handle)
  const asked = new Attributions(moving, new FittedPictureCache(), () => true)
  await until(() => handle.network !== null && handle.step >= 2)
  const question = { ...QUESTION, model: { kind: 'training' } as const, method: INTEGRATED }
  const { step, completeness } = await asked.explain(question, {})
  if (completeness === null) throw new Error('No completeness.')
  expect(handle.step).toBeGreaterThan(step ?? Infinity)
  const { sum, difference } = completeness
  // Weights that moved meanwhile would add up to something else.
  expect(Math.abs(sum / difference - 1)).toBeLessThan(0.05)
  handle.stop()
  await finish(handle)
  moving.dispose()
})
