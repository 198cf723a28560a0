import { FastResizeFilter, ResizeFit, Transformer } from '@napi-rs/image'
import { expect, test } from 'vitest'
import { keyedRandom } from '../../../../src/main/engine/data/random'
import { resampleWindow } from '../../../../src/main/engine/data/resample-window'
import type { RgbPicture } from '../../../../src/main/engine/data/types'

const WIDTH = 60
const HEIGHT = 40

function makePicture(): RgbPicture {
  const random = keyedRandom('sample', 5)
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, () => random.below(256))
  return { width: WIDTH, height: HEIGHT, pixels }
}

test.each([
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
    const side = 16
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

test('a flat area stays flat to the byte', () => {
  const picture = { width: 23, height: 17, pixels: new Uint8Array(23 * 17 * 3).fill(201) }
  const target = new Uint8Array(8 * 8 * 3)
  const size = { width: 15, height: 11 }
  resampleWindow(target, 0, picture, size, { left: 7, top: 3, side: 8, flip: false })
  expect(new Set(target)).toEqual(new Set([201]))
})
