import { describe, expect, it } from 'vitest'
import { predictPicture, readMaps } from '../../../src/main/engine/inspect/ask-model'
import type { FittedPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import { Glances } from '../../../src/main/engine/inspect/glance'
import type { AskedModel } from '../../../src/main/engine/inspect/asked-model'
import { compileNetwork } from '../../../src/main/engine/network'
import type { MapThumbnail, RawMaps } from '../../../src/shared/contract'
import { paperPreprocessing } from '../../../src/shared/spec'
import type { NetworkSpec } from '../../../src/shared/vgg'
import { checkTensorCount, makeBatch } from '../network/fixtures'

checkTensorCount()

/** Its first maps are larger than a thumbnail. */
const SPEC: NetworkSpec = { configuration: 'A-LRN', inputSize: 96, classes: 6, width: 0.06 }
const SIDE_PX = 32

async function open() {
  const network = await compileNetwork({ spec: SPEC, precision: 'float32', trainable: false })
  network.initialise('he', 4)
  const preprocessing = paperPreprocessing([120, 125, 130], SPEC.inputSize)
  network.setPreprocessing(preprocessing)
  const model: AskedModel = {
    network,
    scales: new Map(),
    preprocessing,
    classNames: ['a', 'b', 'c', 'd', 'e', 'f'],
    fit: { inputSize: preprocessing.inputSize, smallestSide: 100 },
    title: 'a test',
    step: 12,
    runFolder: '/run',
    checkpoint: null,
    weights: 'these',
  }
  const fitted: FittedPicture = {
    picture: { width: 96, height: 96, pixels: makeBatch(SPEC, 1, 8).pixels },
    source: { width: 120, height: 100 },
  }
  return { network, model, fitted }
}

/** Mean over the part of the map that a pixel of the thumbnail covers, by its definition. */
function averageOver(maps: RawMaps, channel: number, row: number, column: number): number {
  const [height, width, channels] = maps.shape
  const share = (from: number, to: number, at: number): number =>
    Math.max(0, Math.min(to, at + 1) - Math.max(from, at))
  // A unit lies in the thumbnail's pixel with its share of it; maps are square.
  const scale = height / Math.min(height, SIDE_PX)
  const [top, left] = [row * scale, column * scale]
  let sum = 0
  for (let y = Math.floor(top); y < Math.min(height, top + scale); y++) {
    for (let x = Math.floor(left); x < Math.min(width, left + scale); x++) {
      const weight = share(top, top + scale, y) * share(left, left + scale, x)
      sum += weight * (maps.data[(y * width + x) * channels + channel] ?? NaN)
    }
  }
  return sum / scale ** 2
}

/** Values of a thumbnail are within half a step of its bytes. */
function checkThumbnail(thumbnail: MapThumbnail, maps: RawMaps): void {
  const { channel, height, width, low, high, bytes } = thumbnail
  const [rows, columns] = maps.shape
  expect([height, width]).toEqual([Math.min(rows, SIDE_PX), Math.min(columns, SIDE_PX)])
  expect(bytes).toHaveLength(height * width)
  const step = (high - low) / 255
  let largest = 0
  let furthest = 0
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = low + (bytes[row * width + column] ?? NaN) * step
      const wanted = averageOver(maps, channel, row, column)
      furthest = Math.max(furthest, Math.abs(value - wanted))
      largest = Math.max(largest, wanted)
    }
  }
  expect(furthest).toBeLessThanOrEqual(0.5 * step + 1e-4 * (high - low))
  expect(high).toBeCloseTo(largest, 3)
}

describe('a glance at all layers', () => {
  it('tells in one pass what prediction and maps tell in many', async () => {
    const { network, model, fitted } = await open()
    const tap = { layer: 'conv2_1', stage: 'pre-relu' } as const
    const glances = new Glances()
    const glance = glances.glance(model, fitted, tap, 0)
    const prediction = predictPicture(model, fitted, 0)
    expect(glance.prediction).toEqual({ ...prediction, elapsedMs: expect.any(Number) as number })
    const names = network.network.layers.map(({ name }) => name)
    expect(glance.layers.map(({ layer }) => layer)).toEqual(names)

    let dead = 0
    for (const { layer, ...told } of glance.layers) {
      const maps = readMaps(model, fitted, { layer, stage: 'output' }, 0)
      const [height, width, channels] = maps.shape
      const units = height * width
      const values = Array.from({ length: channels }, (_, channel) =>
        Array.from({ length: units }, (_, unit) => maps.data[unit * channels + channel] ?? NaN),
      )
      const max = values.map((own) => Math.max(...own))
      const active = values.map((own) => own.filter((value) => value > 0).length / units)
      expect([...told.max]).toEqual(max)
      expect([...told.active].map((share) => Math.round(share * units))).toEqual(
        active.map((share) => Math.round(share * units)),
      )
      values.forEach((own, channel) => {
        const mean = own.reduce((sum, value) => sum + value, 0) / units
        expect(Math.abs((told.mean[channel] ?? NaN) - mean)).toBeLessThan(
          1e-5 + 1e-4 * Math.abs(max[channel] ?? 0),
        )
      })
      expect(told.dead).toBe(active.filter((share) => share === 0).length)
      if (units > 1) dead += told.dead
      const ranked = [...max.keys()].sort((a, b) => (max[b] ?? 0) - (max[a] ?? 0) || a - b)
      const isFlat = units === 1
      expect(told.strongest.map(({ channel }) => channel)).toEqual(isFlat ? [] : ranked.slice(0, 4))
      for (const thumbnail of told.strongest) checkThumbnail(thumbnail, maps)
    }
    expect(dead).toBeGreaterThan(0)
    network.dispose()
  })

  it('keeps the maps of its pass until they are asked for, and gives no others', async () => {
    const { network, model, fitted } = await open()
    const tap = { layer: 'conv2_1', stage: 'pre-relu' } as const
    const glances = new Glances()
    expect(glances.takeMaps(model, fitted, tap, 0)).toBeNull()
    glances.glance(model, fitted, tap, 0)
    expect(glances.takeMaps({ ...model, weights: 'others' }, fitted, tap, 0)).toBeNull()
    expect(glances.takeMaps(model, { ...fitted }, tap, 0)).toBeNull()
    expect(glances.takeMaps(model, fitted, { ...tap, stage: 'output' }, 0)).toBeNull()
    const wanted = readMaps(model, fitted, tap, 0)
    expect(glances.takeMaps(model, fitted, tap, 0)).toEqual({
      ...wanted,
      elapsedMs: expect.any(Number) as number,
    })
    expect(glances.takeMaps(model, fitted, tap, 0)).toBeNull()
    network.dispose()
  })

  it('refuses a layer that there is not', async () => {
    const { network, model, fitted } = await open()
    const tap = { layer: 'conv9_1', stage: 'output' } as const
    expect(() => new Glances().glance(model, fitted, tap, 0)).toThrow(
      'Expected a layer of this network, got conv9_1.',
    )
    network.dispose()
  })
})
