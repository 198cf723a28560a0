import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EngineClient } from '../../../src/renderer/src/lib/engine/engine-client'
import { defaultSettings, type TrainingSettings } from '../../../src/shared/spec'
import { serveEngine, type ServedEngine } from '../../support/served-engine'

const LONG: TrainingSettings = {
  ...defaultSettings(32),
  width: 0.1,
  learningRate: 1e-4,
  batchSize: 8,
  epochs: 5000,
}

let root: string
let dataFolder: string
let runsFolder: string
let engine: ServedEngine
let client: EngineClient

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'vgg-lab-service-'))
  dataFolder = join(root, 'sample')
  runsFolder = join(root, 'runs')
  engine = serveEngine()
  client = engine.client
  const args = { folder: dataFolder, classes: 3, images: 12, size: 48, seed: 1 }
  await client.call('dataset.sample', args)
  await client.call('dataset.open', { folder: dataFolder, validationShare: 0.25, seed: 1 })
})
afterAll(async () => {
  await engine.close()
  rmSync(root, { recursive: true, force: true })
})

test('tells its colours, and what training makes of a picture', async () => {
  const folder = dataFolder
  const augment = ['crop', 'flip', 'color'] as const
  const settings = { inputSize: 32, scale: { min: 34, max: 46 }, augment, seed: 1 }
  const ask = (measure: boolean) =>
    client.call('dataset.colours', { folder, settings, measure }, {})
  expect(await ask(false)).toBeNull()
  const colours = await ask(true)
  expect(colours).toMatchObject({ pictures: 27, smallestSide: 46, pixels: 27 * 46 * 46 })
  expect(await ask(false)).toEqual(colours)
  const page = { folder, classIndex: 0, offset: 0, limit: 1 }
  const { pictures } = await client.call('dataset.pictures', page)
  const file = pictures[0]?.file ?? ''
  const components = colours?.components ?? null
  const request = { folder, file, settings, components, firstEpoch: 1, count: 4 }
  const { samples } = await client.call('dataset.augment', request)
  expect(samples.map(({ pixels }) => pixels.length)).toEqual(Array(4).fill(32 * 32 * 3))
  await expect(
    client.call('dataset.augment', { ...request, file: '../outside.png' }),
  ).rejects.toMatchObject({ code: 'not-found' })
  await expect(
    client.call('dataset.augment', {
      ...request,
      settings: { ...settings, scale: { min: 8, max: 9 } },
    }),
  ).rejects.toMatchObject({ code: 'bad-input' })
})

test('is measured while nothing trains; a run that begins ends the measurement', async () => {
  const settings = { ...LONG, scale: { min: 32, max: 999 }, augment: [] }
  const { inputSize, scale, augment, seed } = settings
  const args = {
    folder: dataFolder,
    settings: { inputSize, scale, augment, seed },
    measure: true,
  }
  const measuring = client.call('dataset.colours', args)
  measuring.catch(() => undefined)
  await client.call('training.start', { dataFolder, runsFolder, name: '', settings: LONG })
  await expect(measuring).rejects.toMatchObject({ code: 'cancelled' })
  await expect(client.call('dataset.colours', args)).rejects.toMatchObject({ code: 'busy' })
  await client.call('training.stop', {})
})
