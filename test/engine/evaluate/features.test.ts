import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodePicture } from '../../../src/main/engine/data/pictures/decode-picture'
import { fitPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import { classifyFeatures } from '../../../src/main/engine/evaluate/features/classify-features'
import {
  extractFeatures,
  type ExtractedFeatures,
} from '../../../src/main/engine/evaluate/features/extract-features'
import {
  nameFeatureFiles,
  writeFeatures,
} from '../../../src/main/engine/evaluate/features/write-features'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import { tapDensely } from '../../../src/main/engine/network/dense'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import { openRun } from '../../../src/main/engine/training'
import type { Progress } from '../../../src/shared/contract'
import type { DenseFeatureSpec } from '../../../src/shared/contract/dense-features'
import { paintPicture, writeDeep } from '../../support/pictures'
import { relativeError } from '../network/fixtures'
import { SmallLab, finish } from '../training/small-run'

const lab = new SmallLab()
/** Two pictures that are not square, of two classes. */
const folder = join(lab.root, 'others')
const idle = (): boolean => false
let models: ModelRegistry
let tensors = 0

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('first', { epochs: 1 }))
  await finish(lab.start('second', { epochs: 1, seed: 2 }))
  for (const [file, width, height] of [
    ['a/wide.png', 90, 50],
    ['b/tall.png', 40, 60],
  ] as const) {
    const picture = paintPicture(width, height, (x, y) => [4 * x, 4 * y, (x * y) % 255])
    await writeDeep(join(folder, file), await picture.png())
  }
  models = new ModelRegistry(() => null)
  await models.use({ kind: 'run', folder: lab.run('first'), checkpoint: null }, () => null)
  tensors = tensorflow().memory().numTensors
})
afterAll(() => {
  expect(tensorflow().memory().numTensors).toBe(tensors)
  models.dispose()
  lab.remove()
})

function specOf(
  changes: Partial<DenseFeatureSpec> = {},
  runs: readonly string[] = ['first'],
): DenseFeatureSpec {
  return {
    models: runs.map((name) => ({ kind: 'run', folder: lab.run(name), checkpoint: null })),
    data: { kind: 'folder', path: folder, half: 'all' },
    layer: 'fc7',
    scales: [48],
    flip: false,
    combine: 'average',
    normalise: false,
    ...changes,
  }
}

const extract = (...of: Parameters<typeof specOf>): Promise<ExtractedFeatures> =>
  extractFeatures(models, idle, specOf(...of), {})

/** The row of a picture. */
function rowOf({ rows, dims, pictures }: ExtractedFeatures, file: string): Float32Array {
  const row = pictures.findIndex((picture) => picture.file === file)
  return rows.subarray(row * dims, (row + 1) * dims)
}

/** The mean over the map of a picture as it is, or mirrored. */
async function meanOverMap(file: string, layer: string, side: number, isMirrored = false) {
  const { width, height, pixels } = await decodePicture(join(folder, file), { smallestSide: side })
  const shown = pixels.map((_, at) => {
    const column = Math.floor(at / 3) % width
    return pixels[isMirrored ? at + 3 * (width - 1 - 2 * column) : at] ?? 0
  })
  const { network } = await openRun(lab.run('first'), null)
  const [map] = tapDensely(network, [{ count: 1, height, width, pixels: shown }], layer)
  network.dispose()
  if (map === undefined) throw new Error('No map.')
  const channels = map.shape[3] ?? 0
  const places = map.data.length / channels
  expect(places).toBeGreaterThan(1)
  return Float32Array.from({ length: channels }, (_, channel) => {
    let sum = 0
    for (let place = 0; place < places; place++) sum += map.data[place * channels + channel] ?? 0
    return sum / places
  })
}

const meanOf = (a: Float32Array, b: Float32Array): Float32Array =>
  a.map((value, at) => (value + (b[at] ?? NaN)) / 2)

test.each(['fc7', 'conv3_1'])('%s is averaged over space, flip and scales', async (layer) => {
  const file = 'a/wide.png'
  const [small, mirrored] = [
    await meanOverMap(file, layer, 48),
    await meanOverMap(file, layer, 48, true),
  ]
  const large = await meanOverMap(file, layer, 80)
  expect(relativeError(rowOf(await extract({ layer }), file), small)).toBeLessThan(1e-5)
  const flipped = await extract({ layer, flip: true })
  expect(relativeError(rowOf(flipped, file), meanOf(small, mirrored))).toBeLessThan(1e-5)
  const averaged = await extract({ layer, scales: [80, 48] })
  expect(relativeError(rowOf(averaged, file), meanOf(small, large))).toBeLessThan(1e-5)
  const stacked = await extract({ layer, scales: [80, 48], combine: 'stack' })
  expect(stacked.dims).toBe(2 * small.length)
  expect(relativeError(rowOf(stacked, file), [...small, ...large])).toBeLessThan(1e-5)
})

test('fc7 of a square picture of the network’s own size is what the network gives for it', async () => {
  const data = { kind: 'folder', path: lab.dataFolder, half: 'all' } as const
  const features = await extract({ data, scales: [32] })
  const file = 'circle/circle-0001.png'
  const fit = { inputSize: 32, smallestSide: 32 }
  const { picture } = await fitPicture(join(lab.dataFolder, file), fit)
  const { network } = await openRun(lab.run('first'), null)
  const [own] = network.tap({ count: 1, pixels: picture.pixels }, [
    { layer: 'fc7', stage: 'output' },
  ])
  network.dispose()
  expect(relativeError(rowOf(features, file), own?.data ?? [])).toBeLessThan(1e-5)
})

test('two networks stand side by side, each of length 1', async () => {
  const both = await extract({ normalise: true }, ['first', 'second'])
  const [first, second] = [await extract(), await extract({}, ['second'])]
  const row = rowOf(both, 'b/tall.png')
  expect(both.channels).toEqual([first.dims, second.dims])
  for (const [part, own] of [
    [row.subarray(0, first.dims), rowOf(first, 'b/tall.png')],
    [row.subarray(first.dims), rowOf(second, 'b/tall.png')],
  ] as const) {
    const length = Math.hypot(...own)
    expect(length).toBeGreaterThan(0)
    expect(
      relativeError(
        part,
        own.map((value) => value / length),
      ),
    ).toBeLessThan(1e-6)
  }
})

test('what was computed is not computed again, and is written with its names', async () => {
  const told: Progress[] = []
  const spec = specOf({ scales: [56], flip: true })
  const first = await extractFeatures(models, idle, spec, {})
  const blind = new ModelRegistry(() => null)
  const again = await extractFeatures(blind, idle, spec, {
    onProgress: (progress) => told.push(progress),
  })
  // No network was loaded for it.
  expect(blind.loadedCount).toBe(0)
  expect(again.rows).toEqual(first.rows)
  expect(told.at(-1)).toMatchObject({ done: 2, total: 2 })

  const files = nameFeatureFiles(join(lab.root, 'features.npy'))
  await writeFeatures(files, first)
  const bytes = readFileSync(files.npy)
  const start = 10 + bytes.readUInt16LE(8)
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00')
  expect(start % 64).toBe(0)
  expect(bytes.toString('latin1', 10, start)).toContain(
    `{'descr': '<f4', 'fortran_order': False, 'shape': (2, ${first.dims}), }`,
  )
  const values = new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer)
  expect(values).toEqual(first.rows.slice())
  expect(readFileSync(files.csv, 'utf8')).toBe('file,class\na/wide.png,a\nb/tall.png,b\n')
})

test('a classifier is tested on the halves of the run, and on drawn splits, the same twice', async () => {
  const features = await extract({ data: { kind: 'run', half: 'all' }, normalise: true })
  const given = { split: { kind: 'given' }, cost: 10 } as const
  const onHalves = await classifyFeatures(features, given, idle, {})
  const { trained, tested } = onHalves.splits[0] ?? { trained: 0, tested: 0 }
  expect(trained).toBeGreaterThan(tested)
  expect(trained + tested).toBe(24)
  expect(onHalves.meanRecall.deviation).toBeNull()

  const drawn = {
    split: { kind: 'drawn', trainPerClass: 5, testPerClass: 2, count: 3, seed: 7 },
    cost: null,
  } as const
  const made = await classifyFeatures(features, drawn, idle, {})
  expect(made.splits.map((split) => [split.trained, split.tested])).toEqual(
    Array.from({ length: 3 }, () => [15, 6]),
  )
  const mean = made.splits.reduce((sum, split) => sum + split.meanRecall / 3, 0)
  expect(made.meanRecall.mean).toBeCloseTo(mean, 12)
  expect(made.meanRecall.deviation).not.toBeNull()
  expect(await classifyFeatures(features, drawn, idle, {})).toEqual(made)
})

test('a layer, a scale or halves that are not there are told', async () => {
  await expect(extract({ layer: 'conv9_9' })).rejects.toMatchObject({ code: 'bad-input' })
  await expect(extract({ scales: [20] })).rejects.toMatchObject({ code: 'bad-input' })
  const features = await extract()
  const given = { split: { kind: 'given' }, cost: 1 } as const
  await expect(classifyFeatures(features, given, idle, {})).rejects.toMatchObject({
    code: 'bad-input',
  })
})
