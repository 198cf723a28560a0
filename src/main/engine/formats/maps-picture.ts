import { Transformer } from '@napi-rs/image'
import { VIRIDIS } from '../../../shared/colour-maps'
import type { HostTensor } from '../tensors/host-tensor'
import { itemAt, present } from '../../../shared/present'

/** Pixels between two tiles, and around them. */
const GAP_PX = 1
/** Tiles smaller than this are enlarged by a whole factor, nearest neighbour. */
const MIN_TILE_PX = 32
const OPAQUE = 255

/**
 * All channels of one activation `[H, W, C]` as tiles in one PNG: viridis, one scale per channel
 * from its own minimum to its maximum, nearest neighbour, left to right, top to bottom. A channel
 * with one value all over takes the scale's lower end.
 */
export async function drawMapsPng(maps: HostTensor): Promise<Buffer> {
  const { width, height, pixels } = drawMaps(maps)
  return Transformer.fromRgbaPixels(pixels, width, height).png()
}

/** The RGBA pixels of {@link drawMapsPng}. */
export function drawMaps(maps: HostTensor): { width: number; height: number; pixels: Uint8Array } {
  const { shape } = maps
  const [rows, columns, channels] = [itemAt(shape, 0), itemAt(shape, 1), itemAt(shape, 2)]
  const zoom = Math.max(1, Math.ceil(MIN_TILE_PX / Math.max(rows, columns)))
  const tileWidth = columns * zoom + GAP_PX
  const tileHeight = rows * zoom + GAP_PX
  const across = Math.ceil(Math.sqrt(channels))
  const down = Math.ceil(channels / across)
  const width = across * tileWidth + GAP_PX
  const height = down * tileHeight + GAP_PX
  const pixels = new Uint8Array(width * height * 4)
  for (let channel = 0; channel < channels; channel++) {
    const left = GAP_PX + (channel % across) * tileWidth
    const top = GAP_PX + Math.floor(channel / across) * tileHeight
    const { low, span } = findScale(maps.data, channel, channels)
    for (let y = 0; y < rows * zoom; y++) {
      for (let x = 0; x < columns * zoom; x++) {
        const unit = Math.floor(y / zoom) * columns + Math.floor(x / zoom)
        const value = present(maps.data[unit * channels + channel])
        const index = span > 0 ? Math.round(((value - low) / span) * 255) : 0
        const at = ((top + y) * width + left + x) * 4
        pixels.set(VIRIDIS.subarray(3 * index, 3 * index + 3), at)
        pixels[at + 3] = OPAQUE
      }
    }
  }
  return { width, height, pixels }
}

function findScale(data: Float32Array, channel: number, channels: number) {
  let low = Infinity
  let high = -Infinity
  for (let index = channel; index < data.length; index += channels) {
    const value = present(data[index])
    if (value < low) low = value
    if (value > high) high = value
  }
  return { low, span: high - low }
}
