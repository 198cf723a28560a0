import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EngineClient } from '../../../src/renderer/src/lib/engine/engine-client'
import { serveEngine, type ServedEngine } from '../../support/served-engine'

let root: string
let dataFolder: string
let engine: ServedEngine
let client: EngineClient

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'vgg-lab-service-'))
  dataFolder = join(root, 'sample')
  engine = serveEngine()
  client = engine.client
  const args = { folder: dataFolder, classes: 3, images: 12, size: 48, seed: 1 }
  await client.call('dataset.sample', args)
})
afterAll(async () => {
  await engine.close()
  rmSync(root, { recursive: true, force: true })
})

test('is split anew by share, seed and folder, and what a check found follows', async () => {
  const folder = join(root, 'split')
  cpSync(dataFolder, folder, { recursive: true })
  const classes = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
  const [first = ''] = classes
  const [original = ''] = readdirSync(join(folder, first)).sort()
  cpSync(join(folder, first, original), join(folder, first, 'zz-copy.png'))
  await client.call('dataset.open', { folder, validationShare: 0.25, seed: 1 })
  await client.call('dataset.check', { folder })
  const isLeak = async (): Promise<boolean> => {
    const page = { folder, classIndex: 0, offset: 0, limit: 100 }
    const { pictures } = await client.call('dataset.pictures', page)
    const halves = pictures
      .filter(({ file }) => file.endsWith('zz-copy.png') || file.endsWith(original))
      .map(({ split }) => split)
    expect(halves).toHaveLength(2)
    return halves[0] !== halves[1]
  }
  const seen = new Set<number>()
  for (const validationShare of [0.05, 0.5]) {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { dataset, findings } = await client.call('dataset.split', {
        folder,
        validationShare,
        seed,
        validationFolder: null,
      })
      expect(dataset.classes.map(({ validation }) => validation)).toEqual(
        validationShare === 0.5 ? [7, 6, 6] : [1, 1, 1],
      )
      expect(findings?.counts).toMatchObject({ exact: 1, leaks: (await isLeak()) ? 1 : 0 })
      seen.add(findings?.counts.leaks ?? -1)
    }
  }
  expect([...seen].sort()).toEqual([0, 1])

  const other = { folder, validationShare: 0.25, seed: 1, validationFolder: dataFolder }
  const joined = await client.call('dataset.split', other)
  expect(joined.findings).toBeNull()
  expect(joined.dataset.classes.map(({ train, validation }) => [train, validation])).toEqual([
    [13, 12],
    [12, 12],
    [12, 12],
  ])
  const checked = await client.call('dataset.check', { folder })
  expect(checked.counts.leaks).toBe(36)
  const back = await client.call('dataset.split', { ...other, validationFolder: null })
  expect(back.findings).toBeNull()
  expect(back.dataset.images).toBe(37)
  await expect(
    client.call('dataset.split', { ...other, validationFolder: join(root, 'none') }),
  ).rejects.toMatchObject({ code: 'not-found' })
  const page = { folder, classIndex: null, offset: 0, limit: 1 }
  expect((await client.call('dataset.pictures', page)).total).toBe(37)
})
