import type { Attribution } from '../../../../shared/contract'
import { resizeBilinear } from '../../../../shared/resize-map'
import {
  colourIndex,
  colourMapOf,
  limitsOf,
  type ColourScale,
  colourPart,
} from '../../../../shared/colour-maps'
import { formatShort } from '../words/format-value'
import { present } from '../../../../shared/present'
import { encodePng } from '../export/rgb-picture'

/** Share of the values that a clipped scale spans; the few beyond take its end colour. */
export const CLIP_SHARE = 0.99

/** A map, as it is drawn. */
export type DrawnMap = Pick<Attribution, 'shape' | 'data' | 'isSigned'>

/** How a map is laid over its picture. */
export interface Overlay {
  /** Side of the square picture, in pixels. */
  readonly size: number
  /** `[size, size, 3]` RGB bytes. */
  readonly pixels: Uint8Array
  readonly map: DrawnMap
  readonly scale: ColourScale
  /** 0: the picture alone, 1: the map alone. */
  readonly alpha: number
  /** Bilinear between the cells of a coarse map; nearest otherwise. */
  readonly isSmooth: boolean
}

/**
 * The colours of a map: centred on zero where it is signed, else from zero.
 * @param isClipped - a few extreme pixels do not set the range
 */
export function scaleMap({ data, isSigned }: DrawnMap, isClipped: boolean): ColourScale {
  const sizes = (isSigned ? data.map(Math.abs) : data.slice()).sort()
  const largest = present(sizes[sizes.length - 1])
  const clipped = present(sizes[Math.ceil(CLIP_SHARE * sizes.length) - 1])
  // A map that is zero nearly everywhere has its few values in the clipped part.
  const limit = isClipped && clipped > 0 ? clipped : largest
  return isSigned ? { kind: 'diverging', limit } : { kind: 'sequential', min: 0, max: limit }
}

/** The picture with the map over it, RGBA at the picture's true size. */
export function paintOverlay(overlay: Overlay): ImageData {
  const { size, pixels, map, scale, alpha, isSmooth } = overlay
  const values = isSmooth ? resizeBilinear(map.data, map.shape, [size, size]) : map.data
  const image = new ImageData(size, size)
  const colours = colourMapOf(scale)
  for (let pixel = 0; pixel < size * size; pixel++) {
    const at = isSmooth ? pixel : cellOf(map, size, pixel % size, Math.floor(pixel / size))
    const colour = 3 * colourIndex(present(values[at]), scale)
    for (let channel = 0; channel < 3; channel++) {
      const under = present(pixels[3 * pixel + channel])
      const over = colourPart(colours, colour + channel)
      image.data[4 * pixel + channel] = Math.round(under + alpha * (over - under))
    }
    image.data[4 * pixel + 3] = 255
  }
  return image
}

/** The map's cell under a pixel of the picture. */
export function cellOf({ shape }: DrawnMap, size: number, x: number, y: number): number {
  const [height, width] = shape
  return Math.floor((y * height) / size) * width + Math.floor((x * width) / size)
}

const HEAD_PX = 44
const MARGIN_PX = 12
const MIN_SIDE_PX = 512
const BAR_PX = 160

/** The overlay as a PNG, each pixel a square of whole pixels, with its scale and what it is of. */
export async function encodeOverlay(
  overlay: Overlay,
  title: string,
  unit: string,
): Promise<Uint8Array> {
  const zoom = Math.max(1, Math.ceil(MIN_SIDE_PX / overlay.size))
  const side = zoom * overlay.size
  const canvas = new OffscreenCanvas(side + 2 * MARGIN_PX, side + HEAD_PX + 2 * MARGIN_PX)
  const small = new OffscreenCanvas(overlay.size, overlay.size)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('Expected a 2D canvas, got none; free some memory.')
  small.getContext('2d')?.putImageData(paintOverlay(overlay), 0, 0)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.font = '12px system-ui, sans-serif'
  context.fillStyle = '#111'
  context.fillText(title, MARGIN_PX, MARGIN_PX + 10, side)
  const { low, high } = limitsOf(overlay.scale)
  const colours = colourMapOf(overlay.scale)
  const ends = [formatShort(low), `${formatShort(high)} ${unit}`] as const
  const left = MARGIN_PX + context.measureText(ends[0]).width + 6
  const top = MARGIN_PX + 22
  context.fillText(ends[0], MARGIN_PX, top + 10)
  context.fillText(ends[1], left + BAR_PX + 6, top + 10)
  for (let x = 0; x < BAR_PX; x++) {
    const at = 3 * Math.round((x / (BAR_PX - 1)) * 255)
    context.fillStyle = `rgb(${present(colours[at])} ${present(colours[at + 1])} ${present(colours[at + 2])})`
    context.fillRect(left + x, top, 1, 12)
  }
  context.imageSmoothingEnabled = false
  context.drawImage(small, MARGIN_PX, MARGIN_PX + HEAD_PX, side, side)
  return encodePng(canvas)
}
