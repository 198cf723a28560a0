import { present } from '../../../../../shared/present'
import { VIRIDIS, colourPart } from '../../../../../shared/colour-maps'
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
    const from = 3 * Math.round(heatShareOf(present(data[pixel]), max, scale) * 255)
    image.data[to] = colourPart(VIRIDIS, from)
    image.data[to + 1] = colourPart(VIRIDIS, from + 1)
    image.data[to + 2] = colourPart(VIRIDIS, from + 2)
    image.data[to + 3] = 255
  }
  context.putImageData(image, 0, 0)
  return canvas.toDataURL('image/png')
}
