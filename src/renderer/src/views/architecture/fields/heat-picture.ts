import { VIRIDIS } from '../../../../../shared/colour-maps'
import { heatShareOf, type FieldMap, type HeatScale } from '../../../lib/network/effective-numbers'

/**
 * A measured field as a PNG in a data URL, a pixel a pixel of the input, so that exports carry it.
 * @param max - the value of the brightest colour
 */
export function paintHeat({ size, data }: FieldMap, max: number, scale: HeatScale): string {
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = size
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('Expected a 2D canvas, got none: close other windows.')
  const image = context.createImageData(size, size)
  for (let pixel = 0, to = 0; pixel < data.length; pixel++, to += 4) {
    const from = 3 * Math.round(heatShareOf(data[pixel] ?? 0, max, scale) * 255)
    image.data[to] = VIRIDIS[from] ?? 0
    image.data[to + 1] = VIRIDIS[from + 1] ?? 0
    image.data[to + 2] = VIRIDIS[from + 2] ?? 0
    image.data[to + 3] = 255
  }
  context.putImageData(image, 0, 0)
  return canvas.toDataURL('image/png')
}
