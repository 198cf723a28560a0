import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodePictureBytes } from '../../../../../src/main/engine/data/pictures/decode-picture'

/** Written by pillow_pictures.py beside it. */
interface PillowPicture {
  readonly name: string
  /** Base64, as the pixels, which are `[height, width, 3]`. */
  readonly file: string
  readonly pixels: string
  readonly width: number
  readonly height: number
  /** Levels that a channel may be off. */
  readonly tolerance: number
}

const KINDS = JSON.parse(
  readFileSync(new URL('../../../../support/pillow-pictures.json', import.meta.url), 'utf8'),
) as PillowPicture[]

test.each(KINDS)('$name has the pixels that Pillow reads', async (kind) => {
  const decoded = await decodePictureBytes(Buffer.from(kind.file, 'base64'), kind.name)
  expect([decoded.width, decoded.height]).toEqual([kind.width, kind.height])
  const pillow = Buffer.from(kind.pixels, 'base64')
  const errors = Array.from(pillow, (value, at) => Math.abs(value - (decoded.pixels[at] ?? NaN)))
  expect(Math.max(...errors)).toBeLessThanOrEqual(kind.tolerance)
})
