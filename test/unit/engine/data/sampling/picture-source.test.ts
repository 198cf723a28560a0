import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LabelledBatch } from '../../../../../src/main/engine/tensors/batches'
import { decodePicture } from '../../../../../src/main/engine/data/pictures/decode-picture'
import { drawAugmentation } from '../../../../../src/main/engine/data/sampling/draw-augmentation'
import { orderEpoch } from '../../../../../src/main/engine/data/sampling/epoch-order'
import {
  createPictureSource,
  type SourceLimits,
} from '../../../../../src/main/engine/data/sampling/picture-source'
import { WorkerPool } from '../../../../../src/main/engine/data/preparation/worker-pool'
import { scanFolder } from '../../../../../src/main/engine/data/scan/scan-folder'
import { drawSplit } from '../../../../../src/main/engine/data/scan/split'
import type {
  BatchOptions,
  Dataset,
  PictureSource,
  RgbPicture,
  Split,
} from '../../../../../src/main/engine/data/types'
import { makeTemporaryFolder, paintPicture, writeDeep } from '../../../../support/pictures'

const INPUT = 8
const SCALE = 12
const OPTIONS: BatchOptions = {
  inputSize: INPUT,
  scale: { min: SCALE, max: SCALE },
  augment: ['crop', 'flip'],
  order: 'shuffled',
  seed: 3,
}

let folder = ''
let remove: () => Promise<void>
let dataset: Dataset
let split: Split

/** Class k's picture i: a slope in red and green over a class colour, wider than high. */
beforeAll(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
  for (let k = 0; k < 3; k++) {
    for (let i = 0; i < 10; i++) {
      const picture = paintPicture(18, SCALE, (x, y) => [13 * x, 20 * y, 80 * k + 7 * i])
      await writeDeep(join(folder, `class${k}`, `p${i}.png`), await picture.png())
    }
  }
  dataset = await scanFolder(folder)
  split = drawSplit(dataset, { share: 0.2, seed: 1 })
})
afterAll(() => remove())

/** A split that names a picture which the data set has not. */
const openBeyond = (options: Partial<BatchOptions> = {}): PictureSource => {
  const beyond = { train: [...split.train, dataset.files.length], validation: [99] }
  return createPictureSource(dataset, beyond, { ...OPTIONS, ...options })
}

const open = (options: Partial<BatchOptions> = {}, limits: SourceLimits = {}): PictureSource =>
  createPictureSource(dataset, split, { ...OPTIONS, ...options }, limits)

async function collect(batches: AsyncIterable<LabelledBatch>): Promise<LabelledBatch[]> {
  const all: LabelledBatch[] = []
  for await (const batch of batches) all.push(batch)
  return all
}

/** All batches' pictures one behind another, so that batch borders don't count. */
function join3(batches: readonly LabelledBatch[]): {
  pixels: Buffer
  labels: number[]
  shifts: number[]
} {
  return {
    pixels: Buffer.concat(batches.map(({ pixels }) => pixels)),
    labels: batches.flatMap(({ labels }) => [...labels]),
    shifts: batches.flatMap(({ colourShift }) => [...(colourShift ?? [])]),
  }
}

/** The window of a picture, pixel by pixel. */
function cutSlowly(picture: RgbPicture, left: number, top: number, flip: boolean): number[] {
  const out: number[] = []
  for (let y = 0; y < INPUT; y++) {
    for (let x = 0; x < INPUT; x++) {
      const column = left + (flip ? INPUT - 1 - x : x)
      out.push(...picture.pixels.subarray(((top + y) * picture.width + column) * 3).subarray(0, 3))
    }
  }
  return out
}

describe('trainingBatches', () => {
  test('an epoch shows each training picture once, in batches, with its class', async () => {
    const source = open()
    const batches = await collect(source.trainingBatches(1, 10))
    expect(batches.map(({ count }) => count)).toEqual([10, 10, 4])
    for (const { count, pixels, labels, colourShift } of batches) {
      expect(pixels.length).toBe(count * INPUT * INPUT * 3)
      expect(pixels.byteOffset % 4).toBe(0)
      expect(pixels.length % 4).toBe(0)
      expect(labels).toHaveLength(count)
      expect(colourShift).toBeUndefined()
      // Blue tells class and picture, whatever the crop.
      labels.forEach((label, at) => {
        const blue = pixels[at * INPUT * INPUT * 3 + 2] ?? 0
        expect((blue - 80 * label) % 7).toBe(0)
        expect(Math.floor(blue / 80)).toBe(label)
      })
    }
    const blues = batches.flatMap(({ count, pixels }) =>
      Array.from({ length: count }, (_, at) => pixels[at * INPUT * INPUT * 3 + 2]),
    )
    expect(new Set(blues).size).toBe(24)
    source.dispose()
  })

  test('crops and flips are exactly the drawn ones', async () => {
    const source = open({ order: 'sequential' })
    const { pixels } = join3(await collect(source.trainingBatches(2, 7)))
    const flips = new Set<boolean>()
    for (const [at, id] of split.train.entries()) {
      const { place, flip } = drawAugmentation(OPTIONS, 2, id)
      const picture = await decodePicture(join(folder, dataset.files[id]?.file ?? ''))
      expect([picture.width, picture.height]).toEqual([18, SCALE])
      const left = Math.floor((place?.x ?? 0) * (18 - INPUT + 1))
      const top = Math.floor((place?.y ?? 0) * (SCALE - INPUT + 1))
      const size = INPUT * INPUT * 3
      expect([...pixels.subarray(at * size, (at + 1) * size)]).toEqual(
        cutSlowly(picture, left, top, flip),
      )
      flips.add(flip)
    }
    expect(flips.size).toBe(2)
    source.dispose()
  })

  test('without augmentation the centre, the same in every epoch', async () => {
    const source = open({ augment: [], order: 'sequential' })
    const first = join3(await collect(source.trainingBatches(1, 5)))
    expect(join3(await collect(source.trainingBatches(2, 24)))).toEqual(first)
    const picture = await decodePicture(
      join(folder, dataset.files[split.train[0] ?? 0]?.file ?? ''),
    )
    expect([...first.pixels.subarray(0, INPUT * INPUT * 3)]).toEqual(
      cutSlowly(picture, (18 - INPUT) >> 1, (SCALE - INPUT) >> 1, false),
    )
    source.dispose()
  })

  test('is decided by seed, epoch and picture, whatever is cached, batched or resumed, by however many workers', async () => {
    const options: Partial<BatchOptions> = {
      augment: ['crop', 'flip', 'color'],
      scale: { min: 9, max: 16 },
    }
    const source = open(options)
    const whole = join3(await collect(source.trainingBatches(3, 6)))
    expect(whole.shifts).toHaveLength(24 * 3)
    const single = new WorkerPool(1)
    const uncached = open(options, { cache: null, batchesAhead: 1, workers: single })
    expect(join3(await collect(uncached.trainingBatches(3, 11)))).toEqual(whole)
    // From the middle, in a source that saw nothing before: the tail of the epoch.
    const resumed = open(options)
    const tail = join3(await collect(resumed.trainingBatches(3, 6, 9)))
    expect(tail.labels).toEqual(whole.labels.slice(9))
    expect(tail.pixels.equals(whole.pixels.subarray(9 * INPUT * INPUT * 3))).toBe(true)
    expect(tail.shifts).toEqual(whole.shifts.slice(27))
    const other = join3(await collect(source.trainingBatches(4, 6)))
    expect(other.labels).not.toEqual(whole.labels)
    const seeded = open({ ...options, seed: 4 })
    expect(join3(await collect(seeded.trainingBatches(3, 6))).pixels.equals(whole.pixels)).toBe(
      false,
    )
    for (const one of [source, uncached, resumed, seeded]) one.dispose()
    await single.close()
  })

  test('jittered scales show more and less of a picture', async () => {
    const draws = split.train.map((id) =>
      drawAugmentation({ ...OPTIONS, scale: { min: 9, max: 16 } }, 1, id),
    )
    expect(Math.min(...draws.map(({ scale }) => scale))).toBeLessThan(11)
    expect(Math.max(...draws.map(({ scale }) => scale))).toBeGreaterThan(14)
    const source = open({ scale: { min: 9, max: 16 }, augment: [], order: 'sequential' })
    const { pixels } = join3(await collect(source.trainingBatches(1, 24)))
    for (const [at, id] of split.train.entries()) {
      const scale = drawAugmentation({ ...OPTIONS, scale: { min: 9, max: 16 } }, 1, id).scale
      // Red rises by 13 a pixel of the file, so by 13 x 12 / S a pixel at scale S.
      const row = at * INPUT * INPUT * 3 + 4 * INPUT * 3
      const rise = ((pixels[row + 21] ?? 0) - (pixels[row] ?? 0)) / 7
      expect(Math.abs(rise - (13 * SCALE) / scale)).toBeLessThan(0.8)
    }
    source.dispose()
  })

  test('leaving the iterator ends the preparation; the time of waiting for batches adds up', async () => {
    const source = open({}, { cache: null })
    for await (const batch of source.trainingBatches(1, 4)) {
      expect(batch.count).toBe(4)
      break
    }
    const { waitedMs } = source
    expect(waitedMs).toBeGreaterThan(0)
    await collect(source.trainingBatches(2, 4))
    expect(source.waitedMs).toBeGreaterThan(waitedMs)
    source.dispose()
  })
})

describe('balance', () => {
  /** Of class 0 all ten pictures are trained with, of the others two each. */
  const uneven: Split = {
    train: [...Array(10).keys(), 10, 11, 20, 21],
    validation: [12, 22],
  }

  test('sampling shows a picture that comes again in another augmentation, and resumes amidst', async () => {
    const options = { ...OPTIONS, balance: 'sampling' } as const
    const source = createPictureSource(dataset, uneven, options)
    const { pixels, labels } = join3(await collect(source.trainingBatches(2, 5)))
    const counts = [0, 1, 2].map((label) => labels.filter((other) => other === label).length)
    expect(counts.sort()).toEqual([4, 5, 5])
    const { ids, occurrences } = orderEpoch(
      uneven.train,
      (id) => dataset.files[id]?.classIndex ?? 0,
      options,
      2,
    )
    const size = INPUT * INPUT * 3
    for (const [at, id] of ids.entries()) {
      const { place, flip } = drawAugmentation(options, 2, id, occurrences?.[at])
      const picture = await decodePicture(join(folder, dataset.files[id]?.file ?? ''))
      const left = Math.floor((place?.x ?? 0) * (18 - INPUT + 1))
      const top = Math.floor((place?.y ?? 0) * (SCALE - INPUT + 1))
      expect([...pixels.subarray(at * size, (at + 1) * size)]).toEqual(
        cutSlowly(picture, left, top, flip),
      )
    }
    const again = ids.findIndex((_, at) => (occurrences?.[at] ?? 0) > 0)
    const before = ids.indexOf(ids[again] ?? -1)
    const shownAt = (at: number): Buffer => pixels.subarray(at * size, (at + 1) * size)
    expect(shownAt(again).equals(shownAt(before))).toBe(false)
    const tail = join3(await collect(source.trainingBatches(2, 5, 5)))
    expect(tail.pixels.equals(pixels.subarray(5 * size))).toBe(true)
    source.dispose()
  })

  test('loss weights come with training batches alone, and change nothing else', async () => {
    const source = createPictureSource(dataset, uneven, { ...OPTIONS, balance: 'loss' })
    const plain = createPictureSource(dataset, uneven, OPTIONS)
    const batches = await collect(source.trainingBatches(1, 4))
    const expected = await collect(plain.trainingBatches(1, 4))
    expect(join3(batches)).toEqual(join3(expected))
    const weights = [14 / 30, 14 / 6, 14 / 6].map(Math.fround)
    for (const { labels, lossWeights } of batches) {
      expect([...(lossWeights ?? [])]).toEqual([...labels].map((label) => weights[label]))
    }
    expect(expected.every(({ lossWeights }) => lossWeights === undefined)).toBe(true)
    const [validation] = await collect(source.validationBatches(4))
    expect(validation?.lossWeights).toBeUndefined()
    source.dispose()
    plain.dispose()
  })
})

test('validationBatches show the centre at the middle of the scale, in order', async () => {
  const source = open({ scale: { min: 10, max: 14 }, augment: ['crop', 'flip', 'color'] })
  const batches = await collect(source.validationBatches(4))
  expect(batches.map(({ count }) => count)).toEqual([4, 2])
  const { pixels, labels, shifts } = join3(batches)
  expect(shifts).toEqual([])
  expect(labels).toEqual(split.validation.map((id) => dataset.files[id]?.classIndex))
  const picture = await decodePicture(
    join(folder, dataset.files[split.validation[0] ?? 0]?.file ?? ''),
  )
  expect([...pixels.subarray(0, INPUT * INPUT * 3)]).toEqual(cutSlowly(picture, 5, 2, false))
  source.dispose()
})

describe('measureColours', () => {
  test('is the mean over the training pictures, with progress', async () => {
    const source = open()
    let last = { done: 0, total: 0 as number | null }
    const { mean, pictures, pixels, smallestSide } = await source.measureColours({
      onProgress: (progress) => (last = progress),
    })
    expect({ pictures, smallestSide }).toEqual({ pictures: 24, smallestSide: 12 })
    expect(pixels).toBeGreaterThan(24 * 144)
    expect(last).toMatchObject({ done: 24, total: 24 })
    const blues = split.train.map((id) => {
      const { file = '', classIndex = 0 } = dataset.files[id] ?? {}
      return 80 * classIndex + 7 * Number(file.replace(/.*p(\d+)\.png/, '$1'))
    })
    const blue = blues.reduce((sum, value) => sum + value, 0) / blues.length
    ;[13 * 8.5, 20 * 5.5, blue].forEach((value, i) => expect(mean[i]).toBeCloseTo(value, 6))
    source.dispose()
  })

  test('can be cancelled, and asked again', async () => {
    const source = open({}, { cache: null })
    const controller = new AbortController()
    const measuring = source.measureColours({ signal: controller.signal })
    controller.abort()
    await expect(measuring).rejects.toMatchObject({ code: 'cancelled' })
    expect((await source.measureColours({})).mean).toHaveLength(3)
    expect(source.unreadable).toEqual([])
    source.dispose()
  })
})

test('undecodable files are left out and reported once; none at all is an error', async () => {
  const other = await makeTemporaryFolder()
  const png = await paintPicture(16, 16, () => [9, 9, 9]).png()
  const cut = png.subarray(0, png.length - 25)
  for (const name of ['a/0', 'a/1', 'b/0', 'b/1'])
    await writeDeep(join(other.folder, `${name}.png`), png)
  const scanned = await scanFolder(other.folder)
  const all = { train: [0, 1, 2, 3], validation: [] }
  await writeFile(join(other.folder, 'a/1.png'), cut)
  await writeFile(join(other.folder, 'b/0.png'), '')
  const source = createPictureSource(scanned, all, { ...OPTIONS, order: 'sequential' })
  for (const epoch of [1, 2]) {
    const batches = await collect(source.trainingBatches(epoch, 3))
    expect(batches.map(({ count, labels }) => [count, [...labels]])).toEqual([
      [1, [0]],
      [1, [1]],
    ])
  }
  const files = source.unreadable.map(({ file }) => file).sort()
  expect(files).toEqual(['a/1.png', 'b/0.png'])
  expect(source.unreadable.find(({ file }) => file === 'a/1.png')?.reason).toMatch(/PNG/)
  const none = createPictureSource(scanned, { train: [1, 2], validation: [] }, OPTIONS)
  await expect(collect(none.trainingBatches(1, 2))).rejects.toMatchObject({ code: 'unreadable' })
  await expect(none.measureColours({})).rejects.toMatchObject({ code: 'unreadable' })
  await other.remove()
})

test('the folder is only ever read', async () => {
  const snapshot = async (): Promise<string[]> => {
    const names = await readdir(folder)
    const listed: string[] = []
    for (const name of ['.', ...names]) {
      const path = join(folder, name)
      const inside = name === '.' ? [] : await readdir(path)
      for (const file of ['.', ...inside]) {
        const { mtimeMs, ctimeMs, size } = await stat(join(path, file))
        listed.push([name, file, mtimeMs, ctimeMs, size].join(' '))
      }
    }
    return listed
  }
  const before = await snapshot()
  const scanned = await scanFolder(folder)
  const source = createPictureSource(scanned, split, { ...OPTIONS, augment: ['color'] })
  await collect(source.trainingBatches(1, 8))
  await collect(source.validationBatches(8))
  source.dispose()
  expect(await snapshot()).toEqual(before)
})

test('refuses sizes that can not be served', () => {
  expect(() => open({ inputSize: 7.5 })).toThrow(/whole number of pixels; got 7.5/)
  expect(() => open({ scale: { min: 4, max: 12 } })).toThrow(/at least the input size 8 px/)
})

test('a picture that the data set does not have ends the work; it is never one of the first class', async () => {
  const error = `Expected one of ${dataset.files.length} pictures, got index`
  for (const work of [
    (source: PictureSource) => collect(source.trainingBatches(1, 4)),
    (source: PictureSource) => collect(source.validationBatches(4)),
    (source: PictureSource) => source.prepare({}),
    (source: PictureSource) => source.measureColours({}),
  ]) {
    const source = openBeyond()
    await expect(work(source)).rejects.toThrow(error)
    source.dispose()
  }
  expect(() => openBeyond({ balance: 'loss' })).toThrow(error)
})
