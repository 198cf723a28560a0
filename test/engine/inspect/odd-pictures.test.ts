import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FittedPictureCache } from '../../../src/main/engine/inspect/fitted-picture-cache'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import { SentMaps } from '../../../src/main/engine/inspect/sent-maps'
import { createInspectHandlers } from '../../../src/main/engine/service/inspect'
import type { CallContext } from '../../../src/main/engine/service/call-handlers'
import type { ServiceParts } from '../../../src/main/engine/service/parts'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import type { ModelRef } from '../../../src/shared/contract'
import { encodedPicture } from '../../support/pictures'
import { finish, SmallLab } from '../training/small-run'

const lab = new SmallLab()
const MODEL: ModelRef = { kind: 'run', folder: lab.run('asked'), checkpoint: null }
const models = new ModelRegistry(() => null)
const handlers = createInspectHandlers({
  models,
  pictures: new FittedPictureCache(),
  sentMaps: new SentMaps(),
  isTraining: () => false,
} as unknown as ServiceParts)
const context = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
} as unknown as CallContext
let tensors = 0

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('asked', { epochs: 1 }))
  await models.use(MODEL, () => null)
  tensors = tensorflow().memory().numTensors
})
afterAll(() => {
  expect(tensorflow().memory().numTensors).toBe(tensors)
  models.dispose()
  lab.remove()
})

/** White, green to the right of its middle; the largest as a JPEG, which is made in less time. */
function paint(width: number, height: number): Buffer {
  const row = Buffer.alloc(width * 4, 255)
  for (let at = (width >> 1) * 4; at < row.length; at += 4) row.writeUInt32LE(0xff00ff00, at)
  const picture = Transformer.fromRgbaPixels(Buffer.alloc(row.length * height, row), width, height)
  return width * height > 1e7 ? picture.jpegSync(90) : picture.pngSync()
}

async function look(name: string, bytes: Buffer) {
  const image = join(lab.root, name)
  writeFileSync(image, bytes)
  const shown = await handlers['inspect.picture']({ image, sizePx: 1024 }, context)
  const prediction = await handlers['inspect.predict']({ model: MODEL, image }, context)
  return { shown, prediction }
}

describe('pictures of odd shapes and kinds', () => {
  test.each([
    [1, 1, 1, 1],
    [20_000, 50, 1024, 3],
    [50, 20_000, 3, 1024],
    [10_000, 10_000, 1024, 1024],
  ])('%i x %i is shown and predicted', async (width, height, shownWidth, shownHeight) => {
    const { shown, prediction } = await look(`${width}x${height}`, paint(width, height))
    expect(shown).toMatchObject({ width: shownWidth, height: shownHeight })
    expect(prediction).toMatchObject({ sourceWidth: width, sourceHeight: height })
    const { size, pixels } = prediction.input
    /** How far a pixel of the middle row is from a colour, in levels; a JPEG is off by a few. */
    const differ = (column: number, colour: readonly number[]): number => {
      const from = ((size >> 1) * size + column) * 3
      return Math.max(...colour.map((level, at) => Math.abs(level - (pixels[from + at] ?? NaN))))
    }
    // The crop is of the middle, where white turns green; a single pixel is green throughout.
    expect(differ(0, width === 1 ? [0, 255, 0] : [255, 255, 255])).toBeLessThan(4)
    expect(differ(size - 1, [0, 255, 0])).toBeLessThan(4)
    expect(prediction.all.reduce((sum, one) => sum + one.probability, 0)).toBeCloseTo(1)
  })

  test.each(['cmyk.jpg', 'animated.gif'] as const)('%s is shown and predicted', async (name) => {
    const { shown, prediction } = await look(name, encodedPicture(name))
    expect(shown.bytes.length).toBeGreaterThan(0)
    expect(prediction.top[0]?.probability).toBeGreaterThan(0)
  })

  test('a file that is no picture is refused in one line', async () => {
    const refused = look('words.jpg', Buffer.from('These are words.'))
    await expect(refused).rejects.toThrow(/^[^\n]*words\.jpg can't be used: [^\n]*$/)
  })

  test('a picture larger than can be decoded is refused by its header', async () => {
    const bomb = paint(1, 1)
    bomb.writeUInt32BE(60_000, 16)
    bomb.writeUInt32BE(60_000, 20)
    await expect(look('bomb.png', bomb)).rejects.toThrow(/^[^\n]*too large: 60000x60000[^\n]*$/)
  })
})
