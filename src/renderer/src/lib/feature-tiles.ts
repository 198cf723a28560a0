import { chooseScale, colourMapOf, limitsOf, type ColourScale } from '../../../shared/colour-maps'
import type { ChannelStatistics } from './channel-statistics'

/** `[H, W, C]` activations, channels last. */
export interface MapData {
  readonly shape: readonly [height: number, width: number, channels: number]
  readonly data: Float32Array
}

/** Whose range the colours span. */
export type ScaleScope = 'channel' | 'layer' | 'network'

/** True where values of both signs are to be shown around zero. */
export function isSignedLayer(
  stage: 'pre-relu' | 'output',
  statistics: ChannelStatistics,
): boolean {
  return stage === 'pre-relu' || statistics.layerMin < 0
}

/**
 * The scale of one channel's colours; for the whole network's see its caller, who knows the other
 * layers.
 */
export function scaleOfChannel(
  statistics: ChannelStatistics,
  channel: number,
  scope: Exclude<ScaleScope, 'network'>,
  isSigned: boolean,
): ColourScale {
  if (scope === 'layer') return chooseScale(statistics.layerMin, statistics.layerMax, isSigned)
  return chooseScale(statistics.min[channel] ?? 0, statistics.max[channel] ?? 0, isSigned)
}

/** Colour of a value as little-endian RGBA words, 256 of them. */
function packColours(scale: ColourScale): Uint32Array {
  const map = colourMapOf(scale)
  return Uint32Array.from(
    { length: 256 },
    (_, i) =>
      (0xff000000 |
        ((map[3 * i + 2] ?? 0) << 16) |
        ((map[3 * i + 1] ?? 0) << 8) |
        (map[3 * i] ?? 0)) >>>
      0,
  )
}

/**
 * Paints one channel at its true size, a pixel a unit.
 * @param target - `[H, W]` RGBA words, as the buffer of an ImageData
 */
export function paintChannel(
  map: MapData,
  channel: number,
  scale: ColourScale,
  target: Uint32Array,
): void {
  const [height, width, channels] = map.shape
  const colours = packColours(scale)
  const { low, high } = limitsOf(scale)
  const isEmpty = !(high > low)
  const factor = isEmpty ? 0 : 255 / (high - low)
  const empty = scale.kind === 'sequential' ? 0 : 128
  const { data } = map
  const units = height * width
  for (let unit = 0, i = channel; unit < units; unit++, i += channels) {
    const index = isEmpty ? empty : Math.round(((data[i] ?? 0) - low) * factor)
    target[unit] = colours[index < 0 ? 0 : index > 255 ? 255 : index] ?? 0
  }
}

/** The value of a unit; NaN outside the map. */
export function valueAt(map: MapData, row: number, column: number, channel: number): number {
  const [height, width, channels] = map.shape
  if (row < 0 || column < 0 || channel < 0) return NaN
  if (row >= height || column >= width || channel >= channels) return NaN
  return map.data[(row * width + column) * channels + channel] ?? NaN
}

/** One channel's values, row by row. */
export function channelValues(map: MapData, channel: number): Float32Array {
  const [height, width, channels] = map.shape
  const values = new Float32Array(height * width)
  for (let unit = 0; unit < values.length; unit++) {
    values[unit] = map.data[unit * channels + channel] ?? 0
  }
  return values
}

/** All channels' values at one place. */
export function placeValues(map: MapData, row: number, column: number): Float32Array {
  const [, width, channels] = map.shape
  const start = (row * width + column) * channels
  return map.data.subarray(start, start + channels)
}

/** The place of the largest value of a channel. */
export function strongestUnit(map: MapData, channel: number): { row: number; column: number } {
  const [height, width, channels] = map.shape
  let best = 0
  for (let unit = 1; unit < height * width; unit++) {
    const value = map.data[unit * channels + channel] ?? 0
    if (value > (map.data[best * channels + channel] ?? 0)) best = unit
  }
  return { row: Math.floor(best / width), column: best % width }
}

/** Pixels that the cache of painted tiles may hold: 64 MiB as RGBA. */
const CACHE_PIXELS = 16 * 1024 * 1024
const CACHE_WIDTH_PX = 4096

/**
 * Painted tiles at their true size, side by side on one canvas, the least recently used painted
 * over first. The grid copies from it, scaled by nearest neighbour.
 */
export class TileCache {
  readonly canvas = new OffscreenCanvas(1, 1)
  readonly #context: OffscreenCanvasRenderingContext2D
  #map: MapData | null = null
  #scaleOf: (channel: number) => ColourScale = () => ({ kind: 'sequential', min: 0, max: 0 })
  #image: ImageData | null = null
  #words = new Uint32Array(0)
  #columns = 1
  #capacity = 1
  /** Channel to cell; a Map keeps the order of use, oldest first. */
  readonly #cells = new Map<number, number>()

  constructor() {
    const context = this.canvas.getContext('2d')
    if (context === null) throw new Error('Expected a 2D canvas, got none: close other windows.')
    this.#context = context
  }

  /**
   * Takes other activations or other colours; the canvas is kept where the shape is the same, so
   * that maps which follow the training cost no new memory.
   */
  load(map: MapData, scaleOf: (channel: number) => ColourScale): void {
    const isSameShape = this.#map?.shape.every((side, axis) => side === map.shape[axis]) ?? false
    this.#map = map
    this.#scaleOf = scaleOf
    this.#cells.clear()
    if (isSameShape) return
    const [height, width, channels] = map.shape
    this.#capacity = Math.max(1, Math.min(channels, Math.floor(CACHE_PIXELS / (height * width))))
    this.#columns = Math.max(1, Math.min(this.#capacity, Math.floor(CACHE_WIDTH_PX / width)))
    this.canvas.width = this.#columns * width
    this.canvas.height = Math.ceil(this.#capacity / this.#columns) * height
    this.#image = new ImageData(width, height)
    this.#words = new Uint32Array(this.#image.data.buffer)
  }

  /** Where a channel lies on the canvas, painted first if it is not there. */
  locate(channel: number): { readonly x: number; readonly y: number } {
    if (this.#map === null || this.#image === null) return { x: 0, y: 0 }
    const [height, width] = this.#map.shape
    const known = this.#cells.get(channel)
    const cell = known ?? this.#takeCell()
    const x = (cell % this.#columns) * width
    const y = Math.floor(cell / this.#columns) * height
    if (known === undefined) {
      paintChannel(this.#map, channel, this.#scaleOf(channel), this.#words)
      this.#context.putImageData(this.#image, x, y)
    }
    this.#cells.delete(channel)
    this.#cells.set(channel, cell)
    return { x, y }
  }

  #takeCell(): number {
    if (this.#cells.size < this.#capacity) return this.#cells.size
    const oldest = this.#cells.entries().next().value
    if (oldest === undefined) return 0
    this.#cells.delete(oldest[0])
    return oldest[1]
  }
}

/** Side of a map's tile in the grid: whole pixels a unit, or every n-th unit of a large map. */
export function tileSideOf(mapSide: number): { readonly tilePx: number; readonly words: string } {
  const SMALL_PX = 112
  const LARGE_PX = 128
  if (mapSide > LARGE_PX) {
    const every = Math.ceil(mapSide / LARGE_PX)
    return {
      tilePx: Math.floor(mapSide / every),
      words: `one of ${every} × ${every} units drawn; enlarge for all`,
    }
  }
  const zoom = Math.max(1, Math.floor(SMALL_PX / mapSide))
  return {
    tilePx: mapSide * zoom,
    words: zoom === 1 ? '1 px a unit' : `${zoom} × ${zoom} px a unit`,
  }
}
