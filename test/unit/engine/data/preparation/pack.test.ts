import {
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { LabelledBatch } from '../../../../../src/main/engine/tensors/batches'
import { createPictureSource } from '../../../../../src/main/engine/data/sampling/picture-source'
import { Pack } from '../../../../../src/main/engine/data/preparation/pack'
import { scanFolder } from '../../../../../src/main/engine/data/scan/scan-folder'
import type { BatchOptions, Dataset } from '../../../../../src/main/engine/data/types'
import { makeTemporaryFolder, paintPicture, writeDeep } from '../../../../support/pictures'

const SCALE = 12
const PICTURES = 12
/** 18 x 12 RGB. */
const RECORD_BYTES = 18 * SCALE * 3
const OPTIONS: BatchOptions = {
  inputSize: 8,
  scale: { min: SCALE, max: SCALE },
  augment: ['crop', 'flip'],
  order: 'shuffled',
  seed: 3,
}
const SPLIT = { train: [0, 1, 2, 3, 4, 6, 7, 8, 9, 10], validation: [5, 11] }

let root = ''
let remove: () => Promise<void>
let data = ''
let dataset: Dataset

beforeAll(async () => {
  ;({ folder: root, remove } = await makeTemporaryFolder())
})
afterAll(() => remove())
beforeEach(async () => {
  await rm(join(root, 'cache'), { recursive: true, force: true })
  data = join(root, 'data')
  await rm(data, { recursive: true, force: true })
  await writePictures(data, 0)
  dataset = await scanFolder(data)
})

async function writePictures(folder: string, shade: number): Promise<void> {
  for (let i = 0; i < PICTURES; i++) {
    const picture = paintPicture(18, SCALE, (x, y) => [13 * x, 20 * y, 20 * i + shade])
    await writeDeep(join(folder, i < 6 ? 'a' : 'b', `p${i % 6}.png`), await picture.png())
  }
}

const cacheOf = (limitBytes = 1e9) => ({ folder: join(root, 'cache'), limitBytes })
const packFolders = (): string[] =>
  readdirSync(join(root, 'cache')).map((name) => join(root, 'cache', name))
const filesOf = (folder: string, pattern: RegExp): string[] =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name))
const countHeld = (of = dataset, limitBytes = 1e9): number => {
  const pack = new Pack(cacheOf(limitBytes), of, SCALE)
  const held = of.files.filter((file) => pack.placeOf(file) !== null).length
  pack.close()
  return held
}

/** Prepares a data set, and gives an epoch of it. */
async function readEpoch(of = dataset, limitBytes: number | null = 1e9): Promise<Buffer> {
  const cache = limitBytes === null ? null : cacheOf(limitBytes)
  const source = createPictureSource(of, SPLIT, OPTIONS, { cache })
  try {
    await source.prepare({})
    return await drain(source.trainingBatches(1, 4))
  } finally {
    source.dispose()
  }
}

async function drain(batches: AsyncIterable<LabelledBatch>): Promise<Buffer> {
  const pixels: Uint8Array[] = []
  for await (const batch of batches) pixels.push(batch.pixels)
  return Buffer.concat(pixels)
}

test('pictures are prepared once, and a second source reads them without their files', async () => {
  const first = await readEpoch()
  expect(countHeld()).toBe(PICTURES)
  await rm(data, { recursive: true })
  expect((await readEpoch()).equals(first)).toBe(true)
})

test('what the cache holds is what a decoding gives', async () => {
  await readEpoch()
  const [folder = ''] = packFolders()
  const sizes = filesOf(folder, /^pictures-/).map((path) => statSync(path).size)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(PICTURES * RECORD_BYTES)
  expect((await readEpoch()).equals(await readEpoch(dataset, null))).toBe(true)
})

test('a changed file is prepared again, the others are not', async () => {
  await readEpoch()
  const changed = join(data, 'a', 'p0.png')
  writeFileSync(changed, await paintPicture(18, SCALE, () => [1, 2, 3]).png())
  const past = new Date(Date.now() - 60_000)
  utimesSync(changed, past, past)
  const again = await scanFolder(data)
  expect(countHeld(again)).toBe(PICTURES - 1)
  expect((await readEpoch(again)).equals(await readEpoch(again, null))).toBe(true)
  expect(countHeld(again)).toBe(PICTURES)
})

test.each([
  ['a changed byte', (path: string) => writeFileSync(path, flip(readFileSync(path), 40))],
  ['exchanged words', (path: string) => writeFileSync(path, swap(readFileSync(path)))],
  ['a cut segment', (path: string) => truncateSync(path, statSync(path).size - 10)],
  ['an emptied segment', (path: string) => truncateSync(path, 0)],
])('%s in a record is noticed, and the picture prepared again', async (_, damage) => {
  const whole = await readEpoch()
  for (const path of packFolders().flatMap((folder) => filesOf(folder, /^pictures-/))) damage(path)
  expect((await readEpoch()).equals(whole)).toBe(true)
  // Now whole again: the folder is needed no more.
  const source = createPictureSource(dataset, SPLIT, OPTIONS, { cache: cacheOf() })
  await drain(source.validationBatches(4))
  source.dispose()
  await rm(data, { recursive: true })
  expect((await readEpoch()).equals(whole)).toBe(true)
})

test('a line that a crash cut off costs its own picture alone', async () => {
  const whole = await readEpoch()
  const [index = ''] = packFolders().flatMap((folder) => filesOf(folder, /^index-/))
  truncateSync(index, statSync(index).size - 9)
  expect(countHeld()).toBe(PICTURES - 1)
  expect((await readEpoch()).equals(whole)).toBe(true)
  expect(countHeld()).toBe(PICTURES)
})

test('a cancelled preparation goes on where it was', async () => {
  const source = createPictureSource(dataset, SPLIT, OPTIONS, { cache: cacheOf() })
  const controller = new AbortController()
  const preparing = source.prepare({
    signal: controller.signal,
    onProgress: () => controller.abort(),
  })
  await expect(preparing).rejects.toMatchObject({ code: 'cancelled' })
  source.dispose()
  expect(countHeld()).toBeGreaterThan(0)
  let total: number | null = null
  const again = createPictureSource(dataset, SPLIT, OPTIONS, { cache: cacheOf() })
  await again.prepare({ onProgress: (progress) => (total = progress.total) })
  again.dispose()
  expect(total).toBe(SPLIT.validation.length)
})

test('a folder too large for the cache is streamed, with the same pixels', async () => {
  const limit = 5 * RECORD_BYTES
  expect((await readEpoch(dataset, limit)).equals(await readEpoch(dataset, null))).toBe(true)
  expect(countHeld(dataset, 1e9)).toBeLessThan(PICTURES)
})

test('the pack that was not used for longest goes first, one in use stays', async () => {
  const folders = [data, join(root, 'other'), join(root, 'third')]
  const sets: Dataset[] = []
  for (const [at, folder] of folders.entries()) {
    await writePictures(folder, at)
    sets.push(await scanFolder(folder))
  }
  const [first, second, third] = sets as [Dataset, Dataset, Dataset]
  await readEpoch(first)
  await readEpoch(second)
  for (const [at, folder] of packFolders().entries()) {
    const label = join(folder, 'pack.json')
    const isFirst = readFileSync(label, 'utf8').includes(JSON.stringify(data))
    const time = new Date(Date.now() - (isFirst ? 60_000 : 30_000) - at)
    utimesSync(label, time, time)
  }
  const notOurs = join(root, 'cache', 'not-a-pack')
  mkdirSync(notOurs)
  writeFileSync(join(notOurs, 'kept'), 'x')
  const bytes = packFolders().map((folder) =>
    readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0),
  )
  // Room for two packs and a little.
  await readEpoch(third, (Math.max(...bytes) * 5) / 2)
  expect(countHeld(third)).toBe(PICTURES)
  expect(countHeld(first)).toBe(0)
  expect(readFileSync(join(notOurs, 'kept'), 'utf8')).toBe('x')
})

test('two sources of one folder share the pack; one adds to it, the other reads', async () => {
  const one = createPictureSource(dataset, SPLIT, OPTIONS, { cache: cacheOf() })
  const other = createPictureSource(dataset, SPLIT, OPTIONS, { cache: cacheOf() })
  await one.prepare({})
  const pixels = await drain(one.trainingBatches(1, 4))
  expect((await drain(other.trainingBatches(1, 4))).equals(pixels)).toBe(true)
  one.dispose()
  other.dispose()
  expect(packFolders()).toHaveLength(1)
  expect(countHeld()).toBe(PICTURES)
})

test('a cache that can not be written is gone without', async () => {
  writeFileSync(join(root, 'cache'), 'a file in its place')
  expect((await readEpoch()).equals(await readEpoch(dataset, null))).toBe(true)
})

function flip(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes
}

/** The words after the first that differ, exchanged: a plain sum would not tell. */
function swap(bytes: Buffer): Buffer {
  const [a, b] = [bytes.subarray(0, 4), bytes.subarray(160, 164)]
  const held = Buffer.from(a)
  expect(held.equals(b)).toBe(false)
  b.copy(a)
  held.copy(b)
  return bytes
}
