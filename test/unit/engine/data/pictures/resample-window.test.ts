import { FastResizeFilter, ResizeFit, Transformer } from '@napi-rs/image'
import { expect, test } from 'vitest'
import { keyedRandom } from '../../../../../src/main/engine/random'
import { resampleWindow } from '../../../../../src/main/engine/data/pictures/resample-window'
import type { RgbPicture } from '../../../../../src/main/engine/data/types'

const WIDTH = 60
const HEIGHT = 40

function makePicture(): RgbPicture {
  const random = keyedRandom('sample', 5)
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, () => random.below(256))
  return { width: WIDTH, height: HEIGHT, pixels }
}

test.each([
  // Six taps, four, three, and a picture made larger.
  [20, 13],
  [30, 20],
  [42, 28],
  [59, 39],
  [90, 60],
])('agrees with the decoder’s rescaling to %i x %i', async (width, height) => {
  const picture = makePicture()
  const rgba = new Uint8Array(WIDTH * HEIGHT * 4).fill(255)
  for (let i = 0; i < WIDTH * HEIGHT; i++)
    rgba.set(picture.pixels.subarray(i * 3, i * 3 + 3), i * 4)
  const whole = await Transformer.fromRgbaPixels(rgba, WIDTH, HEIGHT)
    .fastResize({ width, height, filter: FastResizeFilter.Bilinear, fit: ResizeFit.Fill })
    .rawPixels()
  for (const flip of [false, true]) {
    const side = Math.min(16, height - 3)
    const [left, top] = [width - side, 3]
    const target = new Uint8Array(8 + side * side * 3)
    resampleWindow(target, 8, picture, { width, height }, { left, top, side, flip })
    let worst = 0
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const column = left + (flip ? side - 1 - x : x)
        for (let c = 0; c < 3; c++) {
          const expected = whole[((top + y) * width + column) * 4 + c] ?? 0
          const got = target[8 + (y * side + x) * 3 + c] ?? 0
          worst = Math.max(worst, Math.abs(expected - got))
        }
      }
    }
    expect(worst).toBeLessThanOrEqual(2)
    expect([...target.subarray(0, 8)]).toEqual(new Array(8).fill(0))
  }
})

test('a smooth picture is within a level of exact arithmetic, noise within two', () => {
  const noise = makePicture()
  const smooth = {
    ...noise,
    pixels: noise.pixels.map((_, at) => {
      const [x, y] = [Math.floor(at / 3) % WIDTH, Math.floor(at / 3 / WIDTH)]
      return 128 + 60 * Math.sin(x / (4 + (at % 3))) + 50 * Math.cos(y / 5)
    }),
  }
  const size = { width: 41, height: 27 }
  const window = { left: 9, top: 2, side: 24, flip: false }
  for (const [picture, most] of [
    [smooth, 1],
    [noise, 2],
  ] as const) {
    const target = new Uint8Array(24 * 24 * 3)
    resampleWindow(target, 0, picture, size, window)
    const errors = resampleExactly(picture, size, window).map((value, at) =>
      Math.abs(value - (target[at] ?? 0)),
    )
    expect(Math.max(...errors)).toBeLessThanOrEqual(most)
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.4)
  }
})

/** The same in floating point, straight from the definition, rounded nowhere. */
function resampleExactly(
  { width, height, pixels }: RgbPicture,
  size: { width: number; height: number },
  { left, top, side }: { left: number; top: number; side: number },
): number[] {
  const taps = (from: number, to: number, at: number): number[] => {
    const support = Math.max(1, from / to)
    const centre = ((at + 0.5) * from) / to
    const raw = Array.from({ length: from }, (_, tap) =>
      Math.max(0, 1 - Math.abs(tap + 0.5 - centre) / support),
    )
    const sum = raw.reduce((all, weight) => all + weight, 0)
    return raw.map((weight) => weight / sum)
  }
  return Array.from({ length: side * side * 3 }, (_, at) => {
    const column = left + (Math.floor(at / 3) % side)
    const down = taps(height, size.height, top + Math.floor(at / 3 / side))
    const along = taps(width, size.width, column)
    return down.reduce((sum, weight, y) => {
      if (weight === 0) return sum
      const row = along.reduce(
        (all, own, x) => all + own * (pixels[(y * width + x) * 3 + (at % 3)] ?? 0),
        0,
      )
      return sum + weight * row
    }, 0)
  })
}

test('a flat area stays flat to the byte', () => {
  const picture = { width: 23, height: 17, pixels: new Uint8Array(23 * 17 * 3).fill(201) }
  const target = new Uint8Array(8 * 8 * 3)
  const size = { width: 15, height: 11 }
  resampleWindow(target, 0, picture, size, { left: 7, top: 3, side: 8, flip: false })
  expect(new Set(target)).toEqual(new Set([201]))
})
