import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { AskedGraph } from '../../../src/main/engine/network/asked-graph'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import type { EngineClient } from '../../../src/renderer/src/lib/engine/engine-client'
import type {
  ComparedColumn,
  ComparedLayer,
  MapThumbnail,
  ModelRef,
  RawMaps,
} from '../../../src/shared/contract'
import { serveEngine, type ServedEngine } from '../../support/served-engine'
import { finish, SmallLab } from '../training/small-run'

const lab = new SmallLab()
const ofEpoch = (checkpoint: string): ModelRef => ({
  kind: 'run',
  folder: lab.run('compared'),
  checkpoint,
})
const [EARLY, LATE] = [ofEpoch('epoch-0001'), ofEpoch('epoch-0002')]
const CONV: ComparedLayer = { layer: 'conv2_1', stage: 'pre-relu' }

let engine: ServedEngine
let client: EngineClient
let images: string[]
const column = (model: ModelRef, picture: number): ComparedColumn => ({
  model,
  image: images[picture] ?? '',
})
/** The raw maps of the question about one picture. */
async function askMaps({ model, image }: ComparedColumn, of = CONV): Promise<RawMaps> {
  const { id } = await client.call('inspect.maps', { model, image, ...of })
  return client.call('inspect.rawMaps', { maps: id })
}

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('compared', { epochs: 2 }))
  engine = serveEngine()
  client = engine.client
  const folder = lab.dataFolder
  await client.call('dataset.open', { folder, validationShare: 0.25, seed: 1 })
  const filter = { classIndex: null, offset: 0, limit: 8 }
  const page = await client.call('dataset.pictures', { folder, ...filter })
  images = page.pictures.map(({ file }) => join(folder, file))
  // Both networks are there, so that tensors can be counted.
  for (const model of [EARLY, LATE]) await askMaps(column(model, 0))
})
afterAll(async () => {
  await engine.close()
  lab.remove()
})

function valuesOf(maps: RawMaps, channel: number): number[] {
  const [height, width, channels] = maps.shape
  return Array.from(
    { length: height * width },
    (_, unit) => maps.data[unit * channels + channel] ?? NaN,
  )
}

/** Within half a step of the bytes. */
function checkBytes(map: MapThumbnail | undefined, wanted: readonly number[]): void {
  expect(map?.bytes).toHaveLength(wanted.length)
  const { low, high, bytes } = map ?? { low: NaN, high: NaN, bytes: new Uint8Array() }
  // A ReLU may give -0, which is no other value.
  expect([low + 0, high + 0]).toEqual([Math.min(0, ...wanted) + 0, Math.max(0, ...wanted) + 0])
  const step = (high - low) / 255
  const furthest = wanted.map((value, unit) => Math.abs(low + (bytes[unit] ?? NaN) * step - value))
  expect(Math.max(...furthest)).toBeLessThanOrEqual(0.5001 * step)
}

/** Pearson's correlation by its definition. */
function correlate(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const [ma, mb] = [mean(a), mean(b)]
  const products = (x: readonly number[], mx: number, y: readonly number[], my: number): number =>
    x.reduce((sum, value, at) => sum + (value - mx) * ((y[at] ?? NaN) - my), 0)
  return products(a, ma, b, mb) / Math.sqrt(products(a, ma, a, ma) * products(b, mb, b, mb))
}

describe('pictures side by side', () => {
  it('gives what the questions about one picture give', async () => {
    const before = tensorflow().memory().numTensors
    const columns = [column(LATE, 0), column(LATE, 5)]
    for (const own of columns) {
      const summary = await client.call('compare.column', { ...own, ...CONV })
      const maps = await askMaps(own)
      const prediction = await client.call('inspect.predict', own)
      expect(summary.prediction.all).toEqual(prediction.all)
      expect(summary.prediction.input).toEqual(prediction.input)
      expect(summary.shape).toEqual(maps.shape)
      expect(summary.title).toContain('epoch-0002')
      for (let channel = 0; channel < maps.shape[2]; channel++) {
        const values = valuesOf(maps, channel)
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        expect(summary.min[channel]).toBe(Math.min(...values))
        expect(summary.max[channel]).toBe(Math.max(...values))
        expect(summary.mean[channel]).toBeCloseTo(mean, 4)
      }
    }
    const channels = [3, 0]
    const answer = await client.call('compare.maps', {
      columns,
      ...CONV,
      channels: [...channels, 4000],
      difference: false,
    })
    expect(answer.difference).toBeNull()
    for (const [index, own] of columns.entries()) {
      const maps = await askMaps(own)
      expect(answer.columns[index]?.map(({ channel }) => channel)).toEqual(channels)
      channels.forEach((channel, at) =>
        checkBytes(answer.columns[index]?.[at], valuesOf(maps, channel)),
      )
    }
    expect(tensorflow().memory().numTensors).toBe(before)
  })

  it('has the maps of a pass with ablations beside those without, and what they change', async () => {
    const before = tensorflow().memory().numTensors
    const off = [{ layer: 'conv1_1', channels: [1, 3], factor: 0 }]
    const plain = column(LATE, 0)
    const ablated = column({ ...LATE, ablations: off }, 0)
    const columns = [plain, ablated]
    for (const layer of ['conv1_1', 'conv2_1']) {
      const of = { layer, stage: 'output' } as const
      const numbers = await client.call('compare.difference', {
        first: plain,
        second: ablated,
        ...of,
      })
      const channels = [0, 1, 2, 3]
      const maps = await client.call('compare.maps', { columns, ...of, channels, difference: true })
      const [a, b] = [await askMaps(plain, of), await askMaps(ablated, of)]
      for (const channel of channels) {
        const [without, having] = [valuesOf(a, channel), valuesOf(b, channel)]
        checkBytes(maps.columns[1]?.[channel], having)
        const change = having.map((value, unit) => value - (without[unit] ?? NaN))
        checkBytes(maps.difference?.[channel], [...Float32Array.from(change)])
        const isTouched = layer === 'conv2_1' || [1, 3].includes(channel)
        if (!isTouched) expect(numbers.meanAbsolute[channel]).toBe(0)
      }
      if (layer === 'conv1_1') expect(valuesOf(b, 3).every((value) => value === 0)).toBe(true)
      expect(Math.max(...numbers.meanAbsolute)).toBeGreaterThan(0)
    }
    expect(tensorflow().memory().numTensors).toBe(before)
  })

  it('reads a unit raw, at its place in each column', async () => {
    const columns = [column(LATE, 0), column(LATE, 5)]
    const place = { u: 0.99, v: 0.3, channel: 2 }
    const values = await client.call('compare.units', { columns, ...CONV, ...place })
    for (const [index, own] of columns.entries()) {
      const { data, shape } = await askMaps(own)
      const [height, width, channels] = shape
      const unit = Math.floor(0.3 * height) * width + width - 1
      expect(values[index]).toBe(data[unit * channels + 2])
    }
    const none = await client.call('compare.units', { columns, ...CONV, ...place, channel: 9999 })
    expect(none).toEqual([null, null])
  })

  it('reads the units of scores, and the probabilities that are their own tap', async () => {
    for (const layer of ['fc8', 'prob']) {
      const of = { layer, stage: 'output' } as const
      const own = column(LATE, 1)
      const summary = await client.call('compare.column', { ...own, ...of })
      const maps = await askMaps(own, of)
      expect([...summary.max]).toEqual([...maps.data])
      expect(summary.shape).toEqual(maps.shape)
    }
  })

  it('runs no layer above the chosen one where the prediction is known', async () => {
    const lower: ComparedLayer = { layer: 'conv1_1', stage: 'output' }
    const own = column(LATE, 6)
    const tap = vi.spyOn(AskedGraph.prototype, 'tap')
    const layersOf = (): string[][] => tap.mock.calls.map(([, taps]) => taps.map((t) => t.layer))
    const first = await client.call('compare.column', { ...own, ...CONV })
    const second = await client.call('compare.column', { ...own, ...lower })
    const again = await client.call('compare.column', { ...own, ...CONV })
    await client.call('compare.column', { ...column(EARLY, 6), ...lower })
    const asked = layersOf()
    tap.mockRestore()
    // Other weights predict otherwise.
    expect(asked).toEqual([['conv2_1', 'prob'], ['conv1_1'], ['conv1_1', 'prob']])
    expect(second.prediction).toEqual(first.prediction)
    expect(again).toEqual(first)
    const maps = await askMaps(own, lower)
    for (const channel of [0, 1]) {
      expect(second.max[channel]).toBe(Math.max(...valuesOf(maps, channel)))
    }
  })

  it('tells a picture that cannot be read, and sees one that has changed', async () => {
    const model = LATE
    const broken = join(lab.dataFolder, 'broken.png')
    writeFileSync(broken, 'no picture')
    const ask = (image: string) => client.call('compare.column', { model, image, ...CONV })
    await expect(ask(broken)).rejects.toMatchObject({ code: 'unreadable' })
    const changing = join(lab.dataFolder, 'changing.png')
    copyFileSync(images[0] ?? '', changing)
    const first = await ask(changing)
    expect((await ask(changing)).max).toEqual(first.max)
    copyFileSync(images[6] ?? '', changing)
    const second = await ask(changing)
    expect(second.max).toEqual((await ask(images[6] ?? '')).max)
    expect(second.max).not.toEqual(first.max)
    rmSync(changing)
    await expect(ask(changing)).rejects.toMatchObject({ code: 'not-found' })
    rmSync(broken)
  })
})

describe('networks side by side', () => {
  it('subtracts unit by unit, and measures what each channel has changed', async () => {
    const [first, second] = [column(EARLY, 2), column(LATE, 2)]
    const [a, b] = [await askMaps(first), await askMaps(second)]
    const channels = Array.from({ length: a.shape[2] }, (_, channel) => channel)
    const answer = await client.call('compare.maps', {
      columns: [first, second],
      ...CONV,
      channels,
      difference: true,
    })
    const told = await client.call('compare.difference', { first, second, ...CONV })
    for (const channel of channels) {
      const [one, other] = [valuesOf(a, channel), valuesOf(b, channel)]
      const less = one.map((value, unit) => Math.fround((other[unit] ?? NaN) - value))
      checkBytes(answer.difference?.[channel], less)
      const distances = less.map(Math.abs)
      expect(told.largest[channel]).toBe(Math.max(...distances))
      const mean = distances.reduce((sum, value) => sum + value, 0) / distances.length
      expect(told.meanAbsolute[channel]).toBeCloseTo(mean, 5)
      expect(told.correlation[channel]).toBeCloseTo(correlate(one, other), 4)
    }
    expect(Math.max(...told.largest)).toBeGreaterThan(0)
    expect(told.layerCorrelation).toBeCloseTo(correlate([...a.data], [...b.data]), 4)
  })

  it('finds no difference between a network and itself', async () => {
    const own = column(LATE, 3)
    const told = await client.call('compare.difference', { first: own, second: own, ...CONV })
    expect(Math.max(...told.largest, ...told.meanAbsolute)).toBe(0)
    expect(told.layerCorrelation).toBeCloseTo(1, 6)
    const maps = await client.call('compare.maps', {
      columns: [own, own],
      ...CONV,
      channels: [0, 1],
      difference: true,
    })
    for (const { low, high, bytes } of maps.difference ?? []) {
      expect([low, high, Math.max(...bytes)]).toEqual([0, 0, 0])
    }
    expect(maps.difference).toHaveLength(2)
  })
})

describe('many questions', () => {
  it('leave no tensor behind', async () => {
    const columns = images.map((_, picture) => column(picture % 2 === 0 ? EARLY : LATE, picture))
    const ask = async (): Promise<void> => {
      for (const own of columns) await client.call('compare.column', { ...own, ...CONV })
      const asked = { columns, ...CONV, channels: [0, 1, 2], difference: false }
      await client.call('compare.maps', asked)
      await client.call('compare.units', { columns, ...CONV, channel: 1, u: 0.5, v: 0.5 })
    }
    await ask()
    const before = tensorflow().memory().numTensors
    for (let time = 0; time < 20; time++) await ask()
    expect(tensorflow().memory().numTensors).toBe(before)
  })
})
