import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fitPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import { EffectiveFields } from '../../../src/main/engine/inspect/effective-field'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import { openRun } from '../../../src/main/engine/training'
import type { ModelRef, Progress } from '../../../src/shared/contract'
import { findField, findLayer } from '../../../src/shared/vgg'
import { makeRandom, relativeError } from '../network/fixtures'
import { finish, SmallLab } from '../training/small-run'

const lab = new SmallLab()
const MODEL: ModelRef = { kind: 'run', folder: lab.run('asked'), checkpoint: null }
const UNIT = { model: MODEL, layer: 'conv3_1', row: 4, column: 3, channel: 2 }
const SIZE = 32
const image = (number: number): string => join(lab.dataFolder, 'circle', `circle-000${number}.png`)

let models: ModelRegistry
let fields: EffectiveFields
let tensors = 0

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('asked', { epochs: 1 }))
  models = new ModelRegistry(() => null)
  await models.use(MODEL, () => null)
  tensors = tensorflow().memory().numTensors
})
beforeEach(() => {
  fields = new EffectiveFields(models, () => false)
})
afterAll(() => {
  expect(tensorflow().memory().numTensors).toBe(tensors)
  models.dispose()
  lab.remove()
})

describe('the effective field', () => {
  test('lies inside the theoretical one, at any layer', async () => {
    const { network } = await openRunNetwork()
    for (const [layer, row, column] of [
      ['conv1_1', 0, 5],
      ['pool1', 15, 0],
      ['conv3_1', 4, 3],
      ['conv3_2', 7, 7],
    ] as const) {
      const field = await fields.measure(
        { ...UNIT, layer, row, column, channel: null, images: [image(1), image(2)] },
        {},
      )
      expect(field).toMatchObject({ layer, row, column, channel: null, size: SIZE, images: 2 })
      const { clipped } = findField(network.network, layer, row, column)
      const touched = [...field.data.entries()].filter(([, value]) => value !== 0)
      expect(touched.length).toBeGreaterThan(0)
      for (const [index, value] of touched) {
        const [y, x] = [Math.floor(index / SIZE), index % SIZE]
        const isInside =
          y >= clipped.top && y <= clipped.bottom && x >= clipped.left && x <= clipped.right
        expect(isInside, `${layer} at ${y}, ${x}: ${value}`).toBe(true)
      }
      // Nothing lies between conv1_1 and the picture: every pixel of the window counts.
      if (layer === 'conv1_1') expect(touched).toHaveLength(2 * 3)
    }
    network.dispose()
  })

  test('is what moving each pixel a little does to the unit', async () => {
    const { network } = await openRunNetwork()
    // Noise, since where a picture is flat all of a window are the largest: no slope is the slope.
    const noise = join(lab.root, 'noise.png')
    writePicture(noise, makeRandom(3))
    const { picture } = await fitPicture(noise, { inputSize: SIZE, smallestSide: 37 })
    const { channel, layer, row, column } = UNIT
    const [, width, channels] = findLayer(network.network, layer).output
    const place = (row * width + column) * channels + channel
    const unitOf = (pixels: Uint8Array): number =>
      network.tap({ count: 1, pixels }, [{ layer, stage: 'pre-relu' }])[0]?.data[place] ?? NaN
    const { clipped } = findField(network.network, layer, row, column)
    const expected = new Float32Array(SIZE * SIZE)
    for (let y = clipped.top; y <= clipped.bottom; y++) {
      for (let x = clipped.left; x <= clipped.right; x++) {
        for (let colour = 0; colour < 3; colour++) {
          const at = (y * SIZE + x) * 3 + colour
          const value = picture.pixels[at] ?? 0
          const [less, more] = [Math.max(0, value - 1), Math.min(255, value + 1)]
          const slope =
            (unitOf(Uint8Array.from(picture.pixels).fill(more, at, at + 1)) -
              unitOf(Uint8Array.from(picture.pixels).fill(less, at, at + 1))) /
            (more - less)
          expected[y * SIZE + x] = (expected[y * SIZE + x] ?? 0) + Math.abs(slope)
        }
      }
    }
    const { data } = await fields.measure({ ...UNIT, images: [noise] }, {})
    const total = sum(expected)
    expect(total).toBeGreaterThan(0)
    // A grey level is no infinitesimal step: a few pixels take a ReLU or a maximum across its kink.
    const difference = expected.map((value, index) => Math.abs(value - (data[index] ?? 0)))
    expect(sum(difference) / total).toBeLessThan(0.02)
    network.dispose()
  })

  test('of two pictures is the mean of both', async () => {
    const both = await fields.measure({ ...UNIT, images: [image(1), image(2)] }, {})
    const one = await fields.measure({ ...UNIT, images: [image(1)] }, {})
    const other = await fields.measure({ ...UNIT, images: [image(2)] }, {})
    expect(other.data).not.toEqual(one.data)
    const mean = one.data.map((value, index) => (value + (other.data[index] ?? 0)) / 2)
    expect(relativeError(both.data, mean)).toBeLessThan(1e-6)
  })

  test('is kept for the same question, and measured anew for another', async () => {
    const told: Progress[] = []
    const work = { onProgress: (progress: Progress) => told.push(progress) }
    const images = [1, 2, 3, 4, 5, 6].map(image)
    const first = await fields.measure({ ...UNIT, images }, work)
    expect(told[0]).toMatchObject({ done: 0, total: 6, perSecond: null, etaSeconds: null })
    expect(told[told.length - 1]).toMatchObject({ done: 6, total: 6 })
    told.length = 0
    const again = await fields.measure({ ...UNIT, images }, work)
    expect(again.data).toBe(first.data)
    expect(told).toEqual([])
    const others = [{ row: 5 }, { column: 4 }, { channel: null }, { channel: 3 }]
    for (const change of others) {
      const other = await fields.measure({ ...UNIT, images, ...change }, work)
      expect(other.data).not.toEqual(first.data)
    }
    expect(told.filter(({ done, total }) => done === total)).toHaveLength(others.length)
  })

  test('keeps a bounded number of answers', async () => {
    const first = await fields.measure({ ...UNIT, images: [image(1)] }, {})
    for (let unit = 0; unit < 32; unit++) {
      const other = { ...UNIT, row: unit >> 3, column: unit % 8, images: [image(1)] }
      await fields.measure(other, {})
    }
    const again = await fields.measure({ ...UNIT, images: [image(1)] }, {})
    expect(again.data).not.toBe(first.data)
    expect(again.data).toEqual(first.data)
  })

  test('is measured anew for a picture that was changed', async () => {
    const changing = join(lab.root, 'changing.png')
    writePicture(changing, makeRandom(7))
    const first = await fields.measure({ ...UNIT, images: [changing] }, {})
    writePicture(changing, makeRandom(11))
    const second = await fields.measure({ ...UNIT, images: [changing] }, {})
    expect(second.data).not.toEqual(first.data)
  })

  test('leaves out what cannot be read, and says why where nothing can', async () => {
    const broken = join(lab.root, 'broken.png')
    writeFileSync(broken, 'no picture')
    const missing = join(lab.root, 'missing.png')
    const alone = await fields.measure({ ...UNIT, images: [image(1)] }, {})
    const some = await fields.measure({ ...UNIT, images: [broken, image(1), missing] }, {})
    expect(some.images).toBe(1)
    expect(some.data).toEqual(alone.data)
    await expect(fields.measure({ ...UNIT, images: [broken, missing] }, {})).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('broken.png') as string,
    })
    rmSync(broken)
  })

  test('refuses a unit that there is not before any picture is read', async () => {
    const images = [join(lab.root, 'missing.png')]
    for (const change of [{ row: 8 }, { column: 99 }, { channel: 26 }, { layer: 'prob' }]) {
      await expect(fields.measure({ ...UNIT, ...change, images }, {})).rejects.toMatchObject({
        code: 'bad-input',
      })
    }
  })

  test('stops at once when it is cancelled', async () => {
    const controller = new AbortController()
    const told: number[] = []
    const images = Array.from({ length: 400 }, (_, index) => image(1 + (index % 8)))
    const measuring = fields.measure(
      { ...UNIT, images },
      {
        signal: controller.signal,
        onProgress: ({ done }) => {
          told.push(done)
          if (done > 0) controller.abort()
        },
      },
    )
    await expect(measuring).rejects.toMatchObject({ code: 'cancelled' })
    expect(told[told.length - 1]).toBeLessThan(100)
  })

  test('gives way to a run in training: a quarter of the time, and a turn after each picture', async () => {
    const images = Array.from({ length: 24 }, (_, index) => image(1 + (index % 8)))
    const gentle = new EffectiveFields(models, () => true)
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    const startMs = performance.now()
    await gentle.measure({ ...UNIT, images }, {})
    const gentleMs = performance.now() - startMs
    clearInterval(timer)
    expect(turns).toBeGreaterThan(images.length)
    const { elapsedMs } = await fields.measure({ ...UNIT, images }, {})
    expect(gentleMs).toBeGreaterThan(1.5 * elapsedMs)
  })
})

const openRunNetwork = () => openRun(lab.run('asked'), null)

function writePicture(file: string, random: () => number): void {
  const side = 40
  const rgba = Uint8Array.from({ length: side * side * 4 }, (_, index) =>
    index % 4 === 3 ? 255 : random() * 256,
  )
  writeFileSync(file, Transformer.fromRgbaPixels(rgba, side, side).pngSync())
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0)
}
