import type { LayerGlance, MapThumbnail } from '../../../../../shared/contract'
import {
  chooseScale,
  colourIndex,
  colourMapOf,
  colourPart,
} from '../../../../../shared/colour-maps'
import type { Shape } from '../../../../../shared/vgg'
import { formatShort } from '../../../lib/words/format-value'
import type { Box } from '../../../lib/network/field-box'
import { present } from '../../../../../shared/present'

/** Side of a tile and the gap between two, in CSS pixels. */
export const TILE_PX = 32
export const GAP_PX = 4
/** Tiles of a row. */
const TILES = 4
export const STRIP_WIDTH_PX = TILES * TILE_PX + (TILES - 1) * GAP_PX
/** Of the units of a flat layer, all of which are drawn. */
const MAX_CELL_PX = 8

/** How the units of a flat layer are laid out: row by row, each a square. */
interface UnitCells {
  readonly cellPx: number
  readonly columns: number
  readonly rows: number
}

/** The largest squares with which all units fit into a strip about as high as a tile. */
export function layOutUnits(units: number): UnitCells {
  const fitting = Math.floor(Math.sqrt((STRIP_WIDTH_PX * TILE_PX) / Math.max(1, units)))
  const cellPx = Math.max(1, Math.min(MAX_CELL_PX, fitting))
  const columns = Math.max(1, Math.min(units, Math.floor(STRIP_WIDTH_PX / cellPx)))
  return { cellPx, columns, rows: Math.ceil(units / columns) }
}

/** Height of a layer's strip: of its units where a channel is one unit, of a tile otherwise. */
export function stripHeightPx([height, width, channels]: Shape): number {
  if (height * width > 1) return TILE_PX
  const { rows, cellPx } = layOutUnits(channels)
  return rows * cellPx
}

/** RGBA of a thumbnail, a pixel a value, on its own scale. */
export function paintThumbnail({ low, high, bytes }: MapThumbnail): Uint8ClampedArray {
  const scale = chooseScale(low, high, low < 0)
  const step = (high - low) / 255
  return paint(bytes, (byte) => low + byte * step, scale)
}

/** RGBA of a flat layer's units on one scale. */
export function paintUnits(values: Float32Array): Uint8ClampedArray {
  const low = values.reduce((least, value) => Math.min(least, value), 0)
  const high = values.reduce((most, value) => Math.max(most, value), 0)
  return paint(values, (value) => value, chooseScale(low, high, low < 0))
}

function paint(
  values: Uint8Array | Float32Array,
  valueOf: (stored: number) => number,
  scale: ReturnType<typeof chooseScale>,
): Uint8ClampedArray {
  const colours = colourMapOf(scale)
  const pixels = new Uint8ClampedArray(4 * values.length)
  for (let i = 0; i < values.length; i++) {
    const colour = 3 * colourIndex(valueOf(present(values[i])), scale)
    for (let part = 0; part < 3; part++) pixels[4 * i + part] = colourPart(colours, colour + part)
    pixels[4 * i + 3] = 255
  }
  return pixels
}

/** Draws a layer's strip; without smoothing. */
export function drawStrip(canvas: HTMLCanvasElement, glance: LayerGlance): void {
  const ratio = window.devicePixelRatio || 1
  const isFlat = glance.strongest.length === 0
  const cells = layOutUnits(glance.max.length)
  const heightPx = isFlat ? cells.rows * cells.cellPx : TILE_PX
  canvas.width = Math.round(STRIP_WIDTH_PX * ratio)
  canvas.height = Math.round(heightPx * ratio)
  const context = canvas.getContext('2d')
  if (context === null) return
  context.imageSmoothingEnabled = false
  const put = (pixels: Uint8ClampedArray, columns: number, rows: number, box: Box): void => {
    const tile = new OffscreenCanvas(columns, rows)
    const image = new ImageData(columns, rows)
    image.data.set(pixels)
    tile.getContext('2d')?.putImageData(image, 0, 0)
    const { x, y, width, height } = box
    context.drawImage(tile, x * ratio, y * ratio, width * ratio, height * ratio)
  }
  if (isFlat) {
    const { columns, rows, cellPx } = cells
    const box = { x: 0, y: 0, width: columns * cellPx, height: rows * cellPx }
    put(paintUnits(glance.max), columns, rows, box)
    return
  }
  glance.strongest.forEach((thumbnail, place) => {
    const box = { x: tileLeft(place), y: 0, width: TILE_PX, height: TILE_PX }
    put(paintThumbnail(thumbnail), thumbnail.width, thumbnail.height, box)
  })
}

export const tileLeft = (place: number): number => place * (TILE_PX + GAP_PX)

/** What a layer's strip shows, in words. */
export function describeStrip({ max, dead, strongest }: LayerGlance): string {
  const [first] = strongest
  if (first === undefined) return `all ${max.length} units, ${max.length - dead} above zero`
  const channels = strongest.map(
    ({ channel }) => `${channel} (${formatShort(present(max[channel]))})`,
  )
  const silent = dead === 0 ? '' : `; ${dead} of ${max.length} channels silent`
  return `strongest channels, with their maxima: ${channels.join(', ')}${silent}`
}
