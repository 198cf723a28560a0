import { writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fitPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import { writeSampleDataset } from '../../../src/main/engine/data/sample/sample-dataset'
import { scanDataset } from '../../../src/main/engine/data/scan/scan-list'
import { drawSplit } from '../../../src/main/engine/data/scan/split'
import { Attributions } from '../../../src/main/engine/inspect/attribution/attributions'
import { FittedPictureCache } from '../../../src/main/engine/inspect/fitted-picture-cache'
import { measureAblatedAccuracy } from '../../../src/main/engine/inspect/ablated-accuracy'
import {
  choosePictures,
  requireLabels,
  type ChosenPicture,
  type AskedDataset,
} from '../../../src/main/engine/inspect/choose-pictures'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import { rankByAblation, type Ranking } from '../../../src/main/engine/inspect/rank-channels'
import type { BatchScore, CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import { openRun } from '../../../src/main/engine/training'
import { readSplit } from '../../../src/main/engine/runs/run-folder'
import type { DatasetPicture, ModelRef, Progress } from '../../../src/shared/contract'
import type { Ablation } from '../../../src/shared/spec'
import { pick, relativeError } from '../network/fixtures'
import { finish, SmallLab } from '../training/small-run'

const lab = new SmallLab()
const MODEL: ModelRef = { kind: 'run', folder: lab.run('asked'), checkpoint: null }
const idle = () => false

let models: ModelRegistry
let source: AskedDataset
let pictures: readonly (ChosenPicture & { readonly label: number })[]
let twin: CompiledNetwork
let tensors = 0

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('asked', { epochs: 2 }))
  models = new ModelRegistry(() => null)
  const classNames = await models.use(MODEL, (model) => model.classNames)
  const dataset = await scanDataset(lab.dataFolder)
  const drawn = drawSplit(dataset, { share: 0.5, seed: 9 })
  source = {
    dataset,
    pictures: dataset.files.map(({ file, classIndex }, index): DatasetPicture => ({
      file,
      classIndex,
      split: drawn.validation.includes(index) ? 'validation' : 'train',
    })),
    runFolder: lab.run('asked'),
    classNames,
  }
  pictures = requireLabels(await choosePictures(source, { split: 'all', limit: null }), source)
  twin = (await openRun(lab.run('asked'), null)).network
  tensors = tensorflow().memory().numTensors
})
afterAll(() => {
  expect(tensorflow().memory().numTensors).toBe(tensors)
  twin.dispose()
  models.dispose()
  lab.remove()
})

/**
 * The reference: the graph's own score, by picture, of a network whose weights above a layer are scaled by
 * input channel, which is what scaling the channels does.
 */
async function scoreWith(
  weightName: string,
  channels: number,
  factorOf: (channel: number) => number,
): Promise<BatchScore[]> {
  const weights = new Map(twin.getWeights())
  const { shape, data } = pick(weights, weightName)
  const outputs = shape[shape.length - 1] ?? 1
  const scaled = data.map((value, at) => value * factorOf(Math.floor(at / outputs) % channels))
  twin.setWeights(new Map([[weightName, { shape, data: scaled }]]))
  const scores: BatchScore[] = []
  for (const { image, label } of pictures) {
    const { picture } = await fitPicture(image, { inputSize: 32, smallestSide: 37 })
    const labels = Int32Array.of(label)
    scores.push(twin.evaluate({ count: 1, pixels: picture.pixels, labels }))
  }
  twin.setWeights(weights)
  return scores
}

const meanOf = (scores: readonly BatchScore[], key: 'lossSum' | 'top1' | 'top5'): number =>
  scores.reduce((sum, score) => sum + score[key], 0) / scores.length

const channelsOf = (layer: string): number =>
  twin.network.layers.find(({ name }) => name === layer)?.output[2] ?? 0

test('a question of a network with ablations is put to one whose weights above are scaled', async () => {
  const ablations: Ablation[] = [{ layer: 'conv2_1', channels: [0, 2], factor: 0 }]
  const [{ image } = { image: '' }] = pictures
  const asked = { model: { ...MODEL, ablations }, image, classIndex: 1 }
  const method = { kind: 'gradient-input' } as const
  const attributions = new Attributions(models, new FittedPictureCache(), idle)
  const own = await attributions.explain({ ...asked, method }, {})
  const { picture } = await fitPicture(image, { inputSize: 32, smallestSide: 37 })
  const batch = { count: 1, pixels: picture.pixels }
  const weights = new Map(twin.getWeights())
  const { shape, data } = pick(weights, 'conv3_1.weight')
  const [, , inputs = 0, outputs = 0] = shape
  const off = data.map((value, at) =>
    [0, 2].includes(Math.floor(at / outputs) % inputs) ? 0 : value,
  )
  const plain = twin.infer(batch).data
  twin.setWeights(new Map([['conv3_1.weight', { shape, data: off }]]))
  const [gradient, probabilities] = [twin.gradient(batch, 1, 'input').data, twin.infer(batch).data]
  const [input] = twin.tap(batch, [{ layer: 'input', stage: 'output' }])
  twin.setWeights(weights)
  const expected = Float32Array.from({ length: 32 * 32 }, (_, pixel) =>
    [0, 1, 2].reduce((sum, c) => {
      const at = 3 * pixel + c
      return sum + (gradient[at] ?? NaN) * (input?.data[at] ?? NaN)
    }, 0),
  )
  expect(relativeError(own.data, expected)).toBeLessThan(1e-4)
  const told = await models.use(asked.model, ({ network, weights: name }) => ({
    probabilities: network.infer(batch).data,
    name,
  }))
  expect(relativeError(told.probabilities, probabilities)).toBeLessThan(1e-5)
  expect(relativeError(plain, probabilities)).toBeGreaterThan(1e-4)
  // The network as it is is another, and stays as it is.
  await models.use(MODEL, ({ network, weights: name }) => {
    expect(name).not.toBe(told.name)
    expect(network.infer(batch).data).toEqual(plain)
  })
  const wrong = { ...MODEL, ablations: [{ layer: 'conv9_1', channels: [0], factor: 0 }] }
  await expect(models.use(wrong, () => 0)).rejects.toMatchObject({ code: 'bad-input' })
})

describe('accuracy with ablations', () => {
  test('is that of a network whose weights above are scaled', async () => {
    const ablations: Ablation[] = [
      { layer: 'conv2_1', channels: [0, 1, 2, 3, 4], factor: 0 },
      { layer: 'conv2_1', channels: [5, 6], factor: 0.5 },
      { layer: 'conv2_1', channels: [6], factor: 0.5 },
    ]
    const factorOf = (channel: number) =>
      channel < 5 ? 0 : channel === 5 ? 0.5 : channel === 6 ? 0.25 : 1
    const change = await measureAblatedAccuracy(
      models,
      idle,
      { model: MODEL, ablations, pictures, classNames: source.classNames },
      {},
    )
    expect(change).toMatchObject({ images: 24, unreadable: 0, isOfOneSet: true })
    for (const [when, scores] of [
      ['before', await scoreWith('conv3_1.weight', channelsOf('conv2_1'), () => 1)],
      ['after', await scoreWith('conv3_1.weight', channelsOf('conv2_1'), factorOf)],
    ] as const) {
      expect(change[when].loss).toBeCloseTo(meanOf(scores, 'lossSum'), 4)
      expect(change[when].top1).toBeCloseTo(meanOf(scores, 'top1'), 9)
      expect(change[when].top5).toBeCloseTo(meanOf(scores, 'top5'), 9)
      for (const [index, one] of change.classes.entries()) {
        const own = scores.filter((_, at) => pictures[at]?.label === index)
        expect(one.class).toBe(source.classNames[index])
        expect(one.images).toBe(own.length)
        expect(one[when].loss).toBeCloseTo(meanOf(own, 'lossSum'), 4)
      }
    }
    expect(Math.abs(change.after.loss - change.before.loss)).toBeGreaterThan(1e-3)
  })

  test('without ablations changes nothing, and leaves out what cannot be read', async () => {
    const broken = join(lab.root, 'broken.png')
    writeFileSync(broken, 'no picture')
    const [first] = pictures
    if (first === undefined) throw new Error('No picture.')
    const change = await measureAblatedAccuracy(
      models,
      idle,
      {
        model: MODEL,
        ablations: [],
        pictures: [first, { ...first, image: broken }],
        classNames: source.classNames,
      },
      {},
    )
    expect(change).toMatchObject({ images: 1, unreadable: 1 })
    expect(change.after).toEqual(change.before)
  })

  test('refuses channels that there are not before any picture is read', async () => {
    for (const wrong of [
      { layer: 'conv2_1', channels: [999], factor: 0 },
      { layer: 'conv9_1', channels: [0], factor: 0 },
      { layer: 'prob', channels: [0], factor: 0 },
    ]) {
      const request = { model: MODEL, ablations: [wrong], pictures, classNames: [] }
      await expect(measureAblatedAccuracy(models, idle, request, {})).rejects.toMatchObject({
        code: 'bad-input',
      })
    }
  })
})

describe('the ranking of channels', () => {
  const rank = (
    layer: string,
    work = {},
    onPartial: (ranking: Ranking) => void = () => undefined,
  ) => rankByAblation(models, idle, { model: MODEL, layer, pictures }, work, onPartial)

  test.each([
    ['conv3_2', 'conv4_1.weight'],
    ['pool1', 'conv2_1.weight'],
  ] as const)('of %s is by what each channel costs when it alone is off', async (layer, above) => {
    const channels = channelsOf(layer)
    const ranking = await rank(layer)
    expect(ranking).toMatchObject({ layer, images: 24 })
    expect(ranking.channels.map(({ channel }) => channel).sort((a, b) => a - b)).toEqual(
      Array.from({ length: channels }, (_, channel) => channel),
    )
    const plain = await scoreWith(above, channels, () => 1)
    expect(ranking.before.loss).toBeCloseTo(meanOf(plain, 'lossSum'), 4)
    for (const { channel, images, lossChange, top1Change, silent } of ranking.channels) {
      const off = await scoreWith(above, channels, (one) => (one === channel ? 0 : 1))
      expect(images).toBe(24)
      expect(lossChange).toBeCloseTo(meanOf(off, 'lossSum') - meanOf(plain, 'lossSum'), 4)
      expect(top1Change).toBeCloseTo(meanOf(off, 'top1') - meanOf(plain, 'top1'), 9)
      if (silent === 24) expect(lossChange).toBe(0)
    }
    const losses = ranking.channels.map(({ lossChange }) => lossChange)
    expect(losses).toEqual([...losses].sort((a, b) => b - a))
    expect(losses.some((loss) => loss !== 0)).toBe(true)
  })

  test('stops at once when it is cancelled', async () => {
    const controller = new AbortController()
    const told: Progress[] = []
    const many = Array.from({ length: 60 }, () => pictures).flat()
    const ranking = rankByAblation(
      models,
      idle,
      { model: MODEL, layer: 'conv1_1', pictures: many },
      {
        signal: controller.signal,
        onProgress: (progress) => {
          told.push(progress)
          if (progress.done > 0) controller.abort()
        },
      },
      () => undefined,
    )
    await expect(ranking).rejects.toMatchObject({ code: 'cancelled' })
    const last = told[told.length - 1]
    expect(last?.done).toBeLessThan((last?.total ?? 0) / 2)
  })

  test('is not begun on weights and ended on others', async () => {
    let uses = 0
    const changing = {
      use: <T>(ref: ModelRef, question: (model: never) => T) =>
        models.use(ref, (model) => question({ ...model, weights: `step ${uses++ >> 2}` } as never)),
      hold: () => Promise.resolve(() => undefined),
    } as unknown as ModelRegistry
    const request = { model: MODEL, layer: 'conv5_1', pictures: Array(20).fill(pictures).flat() }
    await expect(
      rankByAblation(changing, idle, request, {}, () => undefined),
    ).rejects.toMatchObject({
      code: 'busy',
      hint: expect.stringContaining('checkpoints') as string,
    })
  })
})

describe('the pictures of a question', () => {
  test("are the run's own validation half, evenly spread", async () => {
    const { validation } = await readSplit(lab.run('asked'))
    const all = await choosePictures(source, { split: 'validation', limit: null })
    expect(all.pictures.map(({ picture }) => picture.file).sort()).toEqual([...validation].sort())
    expect(all.words).toBe(
      `${validation.length} of ${validation.length} validation pictures of the run`,
    )
    const some = await choosePictures(source, { split: 'all', limit: 3 })
    expect(some.pictures.map(({ picture }) => picture.classIndex)).toEqual([0, 1, 2])
  })

  test("are the run's own from a validation folder that is not open", async () => {
    const folder = join(lab.root, 'kept-apart')
    await writeSampleDataset({ folder, classes: 3, images: 4, size: 40, seed: 2 })
    await finish(lab.start('joined', { epochs: 1, validationFolder: folder }))
    const joined = { ...source, runFolder: lab.run('joined') }
    const chosen = await choosePictures(joined, { split: 'validation', limit: null })
    expect(chosen.words).toBe('12 of 12 validation pictures of the run')
    const own = requireLabels(chosen, joined)
    expect(own.map(({ label }) => label)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    for (const { image, label } of own) {
      expect(relative(folder, image)).toBe(join(source.classNames[label] ?? '', basename(image)))
      await fitPicture(image, { inputSize: 32, smallestSide: 37 })
    }
    const { validation } = await readSplit(lab.run('joined'))
    expect(own.map(({ picture }) => picture.file).sort()).toEqual([...validation].sort())
    // A few of them are spread over the classes, and the training half is the open folder's.
    const some = await choosePictures(joined, { split: 'validation', limit: 3 })
    expect(some.pictures.map(({ label }) => label)).toEqual([0, 1, 2])
    const trained = await choosePictures(joined, { split: 'train', limit: null })
    expect(trained.pictures.map(({ picture }) => picture.file)).toEqual(
      source.pictures.map(({ file }) => file),
    )
  })

  test('are those that the Data view draws where the run has no split of them, said so', async () => {
    const other = { ...source, runFolder: lab.root }
    const chosen = await choosePictures(other, { split: 'validation', limit: null })
    const drawn = source.pictures.filter(({ split }) => split === 'validation')
    expect(chosen.pictures.map(({ picture }) => picture)).toEqual(drawn)
    expect(chosen.words).toContain('may have been trained on')
  })

  test('must be of classes that the network knows', async () => {
    const strange = { ...source, classNames: ['cat', 'dog'] }
    const chosen = await choosePictures(strange, { split: 'all', limit: null })
    expect(() => requireLabels(chosen, strange)).toThrow(/network's classes \(cat, dog\)/)
  })
})
