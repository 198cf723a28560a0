import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Transformer } from '@napi-rs/image'
import { decodePicture } from '../../../../../src/main/engine/data/pictures/decode-picture'
import { fitPicture } from '../../../../../src/main/engine/data/pictures/fit-picture'
import { checkFile } from '../../../../../src/main/engine/data/scan/check-file'
import { encodeThumbnail } from '../../../../../src/main/engine/data/pictures/thumbnail'
import type { RgbPicture } from '../../../../../src/main/engine/data/types'
import {
  CORNERS,
  encodedPicture,
  makeTemporaryFolder,
  paintCorners,
  paintPicture,
  storeTurned,
  withJpegOrientation,
  withPngOrientation,
  writeDeep,
  type EncodedName,
  type Rgb,
} from '../../../../support/pictures'

let folder = ''
let remove: () => Promise<void>
beforeAll(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
})
afterAll(() => remove())

async function write(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name)
  await writeDeep(path, bytes)
  return path
}

function pixelAt(picture: RgbPicture, x: number, y: number): Rgb {
  const [r = -1, g = -1, b = -1] = picture.pixels.subarray((y * picture.width + x) * 3)
  return [r, g, b]
}

/** Colours in the middle of the four quarters. */
function cornersOf(picture: RgbPicture): Record<keyof typeof CORNERS, Rgb> {
  const x = (part: number): number => Math.floor(picture.width * part)
  const y = (part: number): number => Math.floor(picture.height * part)
  return {
    topLeft: pixelAt(picture, x(0.25), y(0.25)),
    topRight: pixelAt(picture, x(0.75), y(0.25)),
    bottomLeft: pixelAt(picture, x(0.25), y(0.75)),
    bottomRight: pixelAt(picture, x(0.75), y(0.75)),
  }
}

function expectCorners(
  picture: RgbPicture,
  tolerance: number,
  changed: Partial<typeof CORNERS> = {},
) {
  const found = cornersOf(picture)
  for (const [name, colour] of Object.entries({ ...CORNERS, ...changed })) {
    const got = found[name as keyof typeof CORNERS]
    got.forEach((value, i) => {
      expect(Math.abs(value - (colour[i] ?? 0)), `${name}: ${got.join()}`).toBeLessThanOrEqual(
        tolerance,
      )
    })
  }
}

/** The same PNG with another name on its first chunk. */
function withFirstChunk(png: Uint8Array, name: string): Buffer {
  const other = Buffer.from(png)
  other.write(name, 12, 'latin1')
  return other
}

/** The first box of a file in ISO's base format: the major brand, a version, compatible brands. */
function makeBrands(major: string, ...compatible: string[]): Buffer {
  const body = Buffer.from(`ftyp${major}\0\0\0\0${compatible.join('')}`, 'latin1')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length + 4)
  return Buffer.concat([length, body, Buffer.from('\0\0\0\x08free', 'latin1')])
}

const corners = (): Transformer => paintPicture(24, 16, paintCorners(24, 16))
const WHITE = { bottomRight: [255, 255, 255] } as unknown as Partial<typeof CORNERS>

describe('decodePicture', () => {
  test.each([
    ['png', () => corners().png(), 0],
    ['bmp', () => corners().bmp(), 0],
    ['webp', () => corners().webpLossless(), 0],
    ['jpg', () => corners().jpeg(95), 6],
  ] as const)('reads %s at its own size', async (extension, encode, tolerance) => {
    // A name that lies: the content decides.
    const picture = await decodePicture(await write(`own-${extension}.txt`, await encode()))
    expect([picture.width, picture.height]).toEqual([24, 16])
    expect(picture.pixels.length).toBe(24 * 16 * 3)
    expectCorners(picture, tolerance)
  })

  test.each([
    ['interlaced.gif', 0, {}],
    ['animated.gif', 0, {}],
    ['transparent.gif', 0, WHITE],
    ['palette.png', 0, WHITE],
    ['cmyk.jpg', 6, {}],
    ['turned.webp', 0, {}],
  ] as [EncodedName, number, Partial<typeof CORNERS>][])(
    'reads %s',
    async (name, tolerance, changed) => {
      const picture = await decodePicture(await write(name, encodedPicture(name)))
      expect([picture.width, picture.height]).toEqual([24, 16])
      expectCorners(picture, tolerance, changed)
    },
  )

  test('16-bit grey loses its lower bits, grey is repeated', async () => {
    const picture = await decodePicture(await write('g.png', encodedPicture('grey16.png')))
    for (const at of [0, 100, 383]) {
      const value = Math.floor((at * 170) / 256)
      const got = picture.pixels.subarray(at * 3, at * 3 + 3)
      for (const channel of got) expect(Math.abs(channel - value)).toBeLessThanOrEqual(1)
    }
    const grey = await decodePicture(await write('g.jpg', encodedPicture('grey.jpg')))
    const found = Object.values(cornersOf(grey))
    found.forEach(([r, g, b], i) => {
      expect(r === g && g === b).toBe(true)
      expect(Math.abs(r - ([83, 125, 44, 200][i] ?? 0))).toBeLessThanOrEqual(4)
    })
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('applies EXIF orientation %i', async (orientation) => {
    const stored = storeTurned(orientation, 24, 16, paintCorners(24, 16))
    const turned = paintPicture(stored.width, stored.height, stored.paint)
    const jpeg = withJpegOrientation(await turned.jpeg(95), orientation)
    const png = withPngOrientation(await turned.png(), orientation)
    for (const [name, bytes, tolerance] of [
      ['jpg', jpeg, 6],
      ['png', png, 0],
    ] as const) {
      const path = await write(`o${orientation}.${name}`, bytes)
      const picture = await decodePicture(path)
      expect([picture.width, picture.height]).toEqual([24, 16])
      expectCorners(picture, tolerance)
      const small = await decodePicture(path, { smallestSide: 8 })
      expect([small.width, small.height, small.sourceWidth, small.sourceHeight]).toEqual([
        12, 8, 24, 16,
      ])
      expectCorners(small, 8)
    }
  })

  test('transparency is laid over white', async () => {
    const path = await write('half.png', await paintPicture(4, 4, () => [100, 0, 200, 51]).png())
    const [r = 0, g = 0, b = 0] = (await decodePicture(path)).pixels
    for (const [got, colour] of [
      [r, 100],
      [g, 0],
      [b, 200],
    ] as const) {
      // The library rounds once on its way through multiplied colours: five steps at this alpha.
      expect(Math.abs(got - (colour * 0.2 + 255 * 0.8))).toBeLessThanOrEqual(1.5)
    }
  })

  test('rescales isotropically, up and down, antialiased', async () => {
    // Black and white columns: what is halved must be grey, not one of them.
    const stripes = paintPicture(64, 32, (x) => (x % 2 ? [255, 255, 255] : [0, 0, 0]))
    const path = await write('stripes.png', await stripes.png())
    const half = await decodePicture(path, { smallestSide: 16 })
    expect([half.width, half.height]).toEqual([32, 16])
    // At the borders the filter's support is cut.
    for (let x = 1; x < 31; x++) expect(Math.abs(pixelAt(half, x, 8)[0] - 127.5)).toBeLessThan(2)
    const digit = await write('digit.png', await paintPicture(8, 8, paintCorners(8, 8)).png())
    const large = await decodePicture(digit, { smallestSide: 37 })
    expect([large.width, large.height]).toEqual([37, 37])
    expectCorners(large, 1)
  })

  test('says in one line what is wrong with a file, by name', async () => {
    const jpeg = await corners().jpeg(95)
    const png = await corners().png()
    const gif = encodedPicture('interlaced.gif')
    const cases: [string, Uint8Array | string, RegExp][] = [
      ['cut.jpg', jpeg.subarray(0, jpeg.length - 20), /cut\.jpg is cut off: its data end before/],
      ['cut.png', png.subarray(0, png.length - 40), /cut\.png can't be decoded as PNG: /],
      ['cut.gif', gif.subarray(0, 60), /cut\.gif can't be decoded as GIF: the GIF ends inside/],
      ['head.png', png.subarray(0, 20), /head\.png is cut off inside its PNG header/],
      ['text.jpg', 'hello, this is no picture', /text\.jpg can't be used: not a picture/],
      ['empty.png', '', /empty\.png is empty/],
      ['scan.tif', 'II*\0aaaaaaaaaaaaaaaaaaaaaaaa', /TIFF is not supported; convert it/],
      ['phone.png', withFirstChunk(png, 'CgBI'), /: an Apple-optimised PNG \(CgBI\) is not/],
      ['odd.png', withFirstChunk(png, 'tEXt'), /: PNG whose header is damaged/],
      ['a.avif', makeBrands('avif', 'mif1', 'miaf'), /: AVIF is not supported/],
      ['b.avif', makeBrands('mif1', 'mif1', 'avif', 'miaf'), /: AVIF is not supported/],
      ['c.heic', makeBrands('mif1', 'mif1', 'heic'), /: HEIC is not supported/],
      ['d.heif', makeBrands('mif1', 'miaf'), /: HEIF is not supported/],
      ['e.jpg', makeBrands('isom', 'iso2', 'mp41'), /: a video, not a picture/],
      ['gone.jpg', '<!DOCTYPE html><html>404', /: a web page \(HTML\) in place of the picture/],
      ['lfs.jpg', 'version https://git-lfs.github.com/spec/v1', /: a pointer of Git LFS/],
    ]
    for (const [name, bytes, message] of cases) {
      const error: unknown = await decodePicture(await write(name, bytes)).catch((e: unknown) => e)
      expect(error).toMatchObject({
        code: 'unreadable',
        message: expect.stringMatching(message) as unknown,
      })
      expect((error as Error).message).not.toContain('\n')
    }
    await expect(decodePicture(join(folder, 'none.png'))).rejects.toMatchObject({
      code: 'not-found',
    })
    await mkdir(join(folder, 'folder.png'))
    await expect(decodePicture(join(folder, 'folder.png'))).rejects.toMatchObject({
      code: 'bad-input',
    })
  })

  test('refuses a strip that would take gigabytes at the network’s scale, in scanning too', async () => {
    const strip = paintPicture(1, 4000, () => [1, 2, 3])
    const path = await write('strip.png', await strip.png())
    const reason = 'too long and thin: 1x4000 pixels; one side may be at most 500 times the other'
    expect(checkFile(path)).toBe(reason)
    const refused = { code: 'unreadable', message: `${path} is ${reason}.` }
    await expect(decodePicture(path, { smallestSide: 256 })).rejects.toMatchObject(refused)
    await expect(encodeThumbnail(path, 96)).rejects.toMatchObject(refused)
    const banner = await write('banner.png', await paintPicture(100, 2, () => [1, 2, 3]).png())
    expect(checkFile(banner)).toBeTypeOf('object')
    const { width, height } = await decodePicture(banner, { smallestSide: 64 })
    expect([width, height]).toEqual([3200, 64])
  })

  test('refuses a picture that claims to be huge before decoding it', async () => {
    const png = Buffer.from(await corners().png())
    png.writeUInt32BE(100_000, 16)
    png.writeUInt32BE(100_000, 20)
    await expect(decodePicture(await write('huge.png', png))).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('too large: 100000x100000 pixels') as unknown,
    })
  })
})

test('fitPicture takes the smallest side, then the centre', async () => {
  // Column x has red 10 x; as large as asked for, so nothing is resampled.
  const path = await write(
    'wide.png',
    await paintPicture(20, 8, (x, y) => [10 * x, 10 * y, 0]).png(),
  )
  const { picture, source } = await fitPicture(path, { inputSize: 4, smallestSide: 8 })
  expect(source).toEqual({ width: 20, height: 8 })
  expect([picture.width, picture.height, picture.pixels.length]).toEqual([4, 4, 48])
  expect(pixelAt(picture, 0, 0)).toEqual([80, 20, 0])
  expect(pixelAt(picture, 3, 3)).toEqual([110, 50, 0])
  await expect(fitPicture(path, { inputSize: 8, smallestSide: 4 })).rejects.toMatchObject({
    code: 'bad-input',
  })
})

test('encodeThumbnail keeps the shape, the orientation, and never enlarges', async () => {
  const stored = storeTurned(6, 24, 16, paintCorners(24, 16))
  const turned = await paintPicture(stored.width, stored.height, stored.paint).jpeg(95)
  const path = await write('thumbnail.jpg', withJpegOrientation(turned, 6))
  const small = await encodeThumbnail(path, 12)
  expect([small.type, small.width, small.height]).toEqual(['image/webp', 12, 8])
  const decoded = await decodePicture(await write('thumbnail.webp', small.bytes))
  expect([decoded.width, decoded.height]).toEqual([12, 8])
  expectCorners(decoded, 60)
  expect(await encodeThumbnail(path, 100)).toMatchObject({ width: 24, height: 16 })
  const gif = await write('thumbnail.gif', encodedPicture('interlaced.gif'))
  expect(await encodeThumbnail(gif, 12)).toMatchObject({ width: 12, height: 8 })
  await expect(encodeThumbnail(await write('no.png', 'x'), 12)).rejects.toMatchObject({
    code: 'unreadable',
  })
})
