import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSplit } from '../../../src/main/engine/runs/run-folder'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import type { EngineClient } from '../../../src/renderer/src/lib/engine/engine-client'
import type { EngineCallName, EngineCalls, ModelRef, Progress } from '../../../src/shared/contract'
import { defaultSettings } from '../../../src/shared/spec'
import { serveEngine, type ServedEngine } from '../../support/served-engine'
import { until } from '../../support/until'
import { finish, SmallLab } from '../training/small-run'

/** What the Inspect view asks again and again, through the port as the window does. */
const TIMES = 200
const lab = new SmallLab()
const MODEL: ModelRef = { kind: 'run', folder: lab.run('asked'), checkpoint: null }
const ABLATIONS = [{ layer: 'conv2_1', channels: [0, 2], factor: 0 }]

let engine: ServedEngine
let client: EngineClient
let image: string
const countTensors = (): number => tensorflow().memory().numTensors

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('asked', { epochs: 1 }))
  engine = serveEngine()
  client = engine.client
  const folder = lab.dataFolder
  await client.call('dataset.open', { folder, validationShare: 0.25, seed: 1 })
  const page = await client.call('dataset.pictures', {
    folder,
    classIndex: null,
    offset: 0,
    limit: 1,
  })
  image = join(folder, page.pictures[0]?.file ?? '')
})
afterAll(async () => {
  await engine.close()
  lab.remove()
})

type Question = [name: EngineCallName, args: () => EngineCalls[EngineCallName]['args']]
/** `image` is known only when the question is asked. */
const question = <K extends EngineCallName>(
  name: K,
  args: () => EngineCalls[K]['args'],
): Question => [name, args]

describe('the same question again and again', () => {
  test.each([
    question('inspect.glance', () => ({ model: MODEL, image, layer: 'conv3_1', stage: 'output' })),
    question('inspect.predict', () => ({ model: MODEL, image })),
    question('inspect.maps', () => ({ model: MODEL, image, layer: 'conv3_1', stage: 'pre-relu' })),
    question('inspect.filter', () => ({ model: MODEL, image, layer: 'conv3_1', channel: 1 })),
    question('inspect.kernels', () => ({ model: MODEL, layer: 'conv3_1', channel: 1 })),
    question('inspect.attribution', () => ({
      model: MODEL,
      image,
      classIndex: 1,
      method: { kind: 'grad-cam', layer: 'conv5_2' },
    })),
    question('inspect.glance', () => ({
      ...{ model: { ...MODEL, ablations: ABLATIONS }, image },
      ...{ layer: 'conv3_1', stage: 'output' },
    })),
  ])('%s leaves no tensor behind', async (name, args) => {
    const ask = (): Promise<unknown> => client.call(name, args())
    await ask()
    const before = countTensors()
    for (let time = 1; time < TIMES; time++) await ask()
    expect(countTensors()).toBe(before)
  })

  test('of those that come at once the last is answered and the waiting ones are dropped', async () => {
    const asked = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1'].map((layer) =>
      client.call('inspect.maps', { model: MODEL, image, layer, stage: 'output' }),
    )
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.at(-1)).toMatchObject({ status: 'fulfilled', value: { layer: 'conv5_1' } })
    const dropped = outcomes.slice(0, -1)
    for (const outcome of dropped) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
    }
  })
})

describe('a background job that is cancelled', () => {
  test.each([
    question('inspect.attribution', () => ({
      model: MODEL,
      image,
      classIndex: 0,
      method: { kind: 'occlusion', patchPx: 4, stridePx: 1, fill: 'mean' },
    })),
    question('survey.run', () => ({
      model: MODEL,
      folder: lab.dataFolder,
      layer: 'conv4_1',
      limit: 24,
    })),
  ])('%s ends, and leaves no tensor behind', async (name, args) => {
    const before = countTensors()
    const controller = new AbortController()
    const seen: Progress[] = []
    const answer = client.call(name, args(), {
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress)
        controller.abort()
      },
    })
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
    expect(seen[0]?.done).toBeLessThan(seen[0]?.total ?? 0)
    // The engine still answers, and holds no more than before.
    await client.call('inspect.predict', { model: MODEL, image })
    expect(countTensors()).toBe(before)
  })
})

test("a run's own pictures are asked about as an open data set is, in the halves of the run", async () => {
  const { folder } = MODEL
  const own = await client.call('dataset.openRun', { runFolder: folder })
  expect(own).toMatchObject({ source: folder, folder: lab.dataFolder })
  const page = { folder, classIndex: null, offset: 0, limit: 1000 }
  const halves = await Promise.all(
    (['train', 'validation'] as const).map((split) =>
      client.call('dataset.pictures', { ...page, split }),
    ),
  )
  const split = await readSplit(folder)
  const files = halves.map(({ pictures }) => pictures.map(({ file }) => file).sort())
  expect(files).toEqual([[...split.train].sort(), [...split.validation].sort()])
  const [picture] = halves[1]?.pictures ?? []
  const path = join(lab.dataFolder, picture?.file ?? '')
  expect(await client.call('dataset.locate', { folder, image: path })).toEqual(picture)
  const { pictures, images } = await client.call('features.neighbours', {
    ...{ model: MODEL, image: path, layer: 'fc7', metric: 'cosine', count: 3 },
    set: { folder, split: 'validation', limit: null },
  })
  expect(images).toBe(split.validation.length)
  expect(pictures).toBe(`${images} of ${images} validation pictures of the run`)
})

test('a pinned picture is followed at the end of each epoch, however short', async () => {
  const epochs: number[] = []
  const seen: number[] = []
  client.on('epoch', ({ step }) => epochs.push(step))
  client.on('maps', ({ step }) => seen.push(step ?? 0))
  const pin = { image, layer: 'pool2', stage: 'output' } as const
  await client.call('training.start', {
    dataFolder: lab.dataFolder,
    runsFolder: dirname(lab.run('epochs')),
    name: 'epochs',
    settings: { ...defaultSettings(32), width: 0.1, learningRate: 1e-4, batchSize: 8, epochs: 12 },
  })
  await client.call('training.pin', { pin })
  await until(() => epochs.length === 12, 60_000)
  // The weights of each epoch, but those of the first, while which the picture is read.
  expect(epochs.slice(1).filter((step) => !seen.includes(step))).toEqual([])
})
