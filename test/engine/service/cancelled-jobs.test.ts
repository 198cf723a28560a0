import { join } from 'node:path'
import { setImmediate as takeTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeSampleDataset } from '../../../src/main/engine/data/sample/sample-dataset'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import type { EngineClient } from '../../../src/renderer/src/lib/engine/engine-client'
import type { EngineCallName, EngineCalls, ModelRef } from '../../../src/shared/contract'
import { defaultMaximisation } from '../../../src/shared/spec'
import { serveEngine, type ServedEngine } from '../../support/served-engine'
import { finish, SmallLab } from '../training/small-run'

/** The long work of Inspect, cancelled in its middle, through the port as the window does. */
const lab = new SmallLab()
const MODEL: ModelRef = { kind: 'run', folder: lab.run('asked'), checkpoint: null }

let engine: ServedEngine
let client: EngineClient
let image: string
let set: { folder: string; split: 'validation' | 'all'; limit: null }

const held = (): { tensors: number; bytes: number } => {
  const { numTensors, numBytes } = tensorflow().memory()
  return { tensors: numTensors, bytes: numBytes }
}

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('asked', { epochs: 1 }))
  engine = serveEngine()
  client = engine.client
  // Enough pictures that no job is done before it is cancelled.
  const folder = join(lab.root, 'many')
  await writeSampleDataset({ folder, classes: 3, images: 100, size: 40, seed: 2 })
  await client.call('dataset.open', { folder, validationShare: 0.25, seed: 1 })
  const page = { folder, classIndex: null, offset: 0, limit: 1 }
  const { pictures } = await client.call('dataset.pictures', page)
  image = join(folder, pictures[0]?.file ?? '')
  set = { folder, split: 'all', limit: null }
  // Loads the network, so that what a job leaves is told from what it begins with.
  await client.call('inspect.predict', { model: MODEL, image })
})
afterAll(async () => {
  await engine.close()
  lab.remove()
})

type Job = [name: EngineCallName, args: () => EngineCalls[EngineCallName]['args']]
const job = <K extends EngineCallName>(name: K, args: () => EngineCalls[K]['args']): Job => [
  name,
  args,
]

describe('a job that is cancelled in its middle frees its memory by the next turn', () => {
  test.each([
    job('survey.run', () => ({
      ...{ model: MODEL, folder: set.folder },
      ...{ layer: 'conv4_2', limit: 1000 },
    })),
    job('whatIf.rank', () => ({ model: MODEL, set, layer: 'conv1_1' })),
    job('whatIf.accuracy', () => ({
      ...{ model: MODEL, set },
      ablations: [{ layer: 'conv2_1', channels: [0], factor: 0 }],
    })),
    job('features.map', () => ({
      ...{ model: MODEL, set, layer: 'fc7', metric: 'cosine', method: 'umap' },
      ...{ neighbours: 5, minDist: 0.1, seed: 1 },
    })),
    job('inspect.attribution', () => ({
      ...{ model: MODEL, image, classIndex: 0 },
      method: { kind: 'integrated', baseline: 'mean', steps: 1000 },
    })),
    job('inspect.sanity', () => ({
      ...{ model: MODEL, image, classIndex: 0, seed: 1 },
      method: { kind: 'occlusion', patchPx: 2, stridePx: 1, fill: 'mean' },
    })),
    job('inspect.effectiveField', () => ({
      ...{ model: MODEL, images: Array<string>(200).fill(image) },
      ...{ layer: 'conv4_2', row: 1, column: 1, channel: 0 },
    })),
  ])('%s', async (name, args) => {
    const before = held()
    const controller = new AbortController()
    let done = 0
    const running = client.call(name, args(), {
      signal: controller.signal,
      onProgress: (progress) => {
        done = Math.max(done, progress.done)
        if (done > 0) controller.abort()
      },
    })
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    await takeTurn()
    expect(done).toBeGreaterThan(0)
    expect(held()).toEqual(before)
  })

  test('an ascent', async () => {
    const objective = { layer: 'conv4_2', channel: 0, of: 'mean' } as const
    const before = held()
    await client.call('maximise.begin', {
      ...{ model: MODEL, objective },
      start: { kind: 'noise', seed: 1 },
    })
    const controller = new AbortController()
    const settings = defaultMaximisation()
    await client.call('maximise.advance', { settings, steps: 2 })
    const running = client.call(
      'maximise.advance',
      { settings, steps: 1000 },
      { signal: controller.signal },
    )
    controller.abort()
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    await client.call('maximise.end', {})
    await takeTurn()
    expect(held()).toEqual(before)
  })
})
