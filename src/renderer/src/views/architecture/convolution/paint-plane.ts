import { colourIndex, type ColourScale } from '../../../../../shared/colour-maps'
import { packColours } from '../../../lib/tiles/feature-tiles'
import type { RgbPicture } from '../../../lib/export/rgb-picture'
import { present } from '../../../../../shared/present'

/** Paints words of RGBA, a pixel a unit, as a PNG in a data URL, so that exports carry it. */
function paint(height: number, width: number, fill: (words: Uint32Array) => void): string {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('Expected a 2D canvas, got none: close other windows.')
  const image = context.createImageData(width, height)
  fill(new Uint32Array(image.data.buffer))
  context.putImageData(image, 0, 0)
  return canvas.toDataURL('image/png')
}

/** `[H, W, C]` values, channels last. */
interface MapData {
  readonly shape: readonly [height: number, width: number, channels: number]
  readonly data: Float32Array
}

/** One channel in the colours of a scale. */
export function paintPlane({ shape, data }: MapData, channel: number, scale: ColourScale): string {
  const [height, width, channels] = shape
  const colours = packColours(scale)
  return paint(height, width, (words) => {
    for (let unit = 0, i = channel; unit < words.length; unit++, i += channels) {
      // What is no number is black.
      const at = colourIndex(present(data[i]), scale)
      words[unit] = Number.isNaN(at) ? 0 : present(colours[at])
    }
  })
}

/** A picture as it is. */
export function paintPicture({ height, width, data }: RgbPicture): string {
  return paint(height, width, (words) => {
    for (let pixel = 0, from = 0; pixel < words.length; pixel++, from += 3) {
      const [red, green, blue] = [
        present(data[from]),
        present(data[from + 1]),
        present(data[from + 2]),
      ]
      words[pixel] = (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0
    }
  })
}
