import type { ChannelStatistics, FeatureMaps } from '../../../../shared/contract'
import {
  chooseScale,
  colourIndex,
  colourMapOf,
  type ColourScale,
} from '../../../../shared/colour-maps'
import { rankOf } from '../channels/channel-statistics'
import { present } from '../../../../shared/present'

const LARGEST_BYTE = 255

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
  return chooseScale(present(statistics.min[channel]), present(statistics.max[channel]), isSigned)
}

/** The 256 colours of a scale as little-endian RGBA words. */
export function packColours(scale: ColourScale): Uint32Array {
  const map = colourMapOf(scale)
  return Uint32Array.from(
    { length: 256 },
    (_, i) =>
      (0xff000000 |
        (present(map[3 * i + 2]) << 16) |
        (present(map[3 * i + 1]) << 8) |
        present(map[3 * i])) >>>
      0,
  )
}

/** What a byte of a channel stands for: `low + byte * step`. */
function stepsOf({ min, max }: ChannelStatistics, channel: number) {
  const low = present(min[channel])
  return { low, step: (present(max[channel]) - low) / LARGEST_BYTE }
}

/** Colour of each byte of a channel, as RGBA words. */
function coloursOfBytes(
  statistics: ChannelStatistics,
  channel: number,
  scale: ColourScale,
): Uint32Array {
  const colours = packColours(scale)
  const { low, step } = stepsOf(statistics, channel)
  // What is no number, in a layer that has diverged, is black.
  return colours.map((_, byte) => {
    const at = colourIndex(low + byte * step, scale)
    return Number.isNaN(at) ? 0 : present(colours[at])
  })
}

/**
 * Paints one channel on a square, nearest neighbour; at the map's own side a pixel a unit.
 * @param target - `[sidePx, sidePx]` RGBA words, as the buffer of an ImageData
 */
export function paintChannel(
  { shape, bytes, statistics }: FeatureMaps,
  channel: number,
  scale: ColourScale,
  target: Uint32Array,
  sidePx = shape[1],
): void {
  const [height, width] = shape
  const colours = coloursOfBytes(statistics, channel, scale)
  const columns = unitsOfPixels(width, sidePx)
  const rows = unitsOfPixels(height, sidePx)
  let at = 0
  for (let y = 0; y < sidePx; y++) {
    if (y > 0 && rows[y] === rows[y - 1]) {
      target.copyWithin(at, at - sidePx, at)
      at += sidePx
      continue
    }
    const row = (channel * height + present(rows[y])) * width
    for (let x = 0; x < sidePx; x++, at++) {
      target[at] = present(colours[present(bytes[row + present(columns[x])])])
    }
  }
}

/** The unit in the middle of each pixel. */
function unitsOfPixels(units: number, pixels: number): Uint32Array {
  return Uint32Array.from({ length: pixels }, (_, pixel) =>
    Math.floor(((pixel + 0.5) * units) / pixels),
  )
}

/** The value that a unit's byte stands for: within half a step of the raw one; NaN outside the maps. */
export function approximateValue(
  { shape, bytes, statistics }: FeatureMaps,
  row: number,
  column: number,
  channel: number,
): number {
  const [height, width, channels] = shape
  if (row < 0 || column < 0 || channel < 0) return NaN
  if (row >= height || column >= width || channel >= channels) return NaN
  const { low, step } = stepsOf(statistics, channel)
  return low + present(bytes[(channel * height + row) * width + column]) * step
}

/** A unit's places among those of its channel and among all channels, by what the bytes stand for. */
export function approximateRanks(
  maps: FeatureMaps,
  row: number,
  column: number,
  channel: number,
): { readonly rankInChannel: number; readonly rankAtPlace: number } {
  const [height, width, channels] = maps.shape
  const first = channel * height * width
  const plane = maps.bytes.subarray(first, first + height * width)
  const values = Float64Array.from({ length: channels }, (_, other) =>
    approximateValue(maps, row, column, other),
  )
  return {
    rankInChannel: rankOf(present(plane[row * width + column]), plane),
    rankAtPlace: rankOf(present(values[channel]), values),
  }
}

/** The place of the largest value of a channel. */
export function strongestUnit(
  { shape, statistics }: FeatureMaps,
  channel: number,
): { readonly row: number; readonly column: number } {
  const [, width] = shape
  const place = present(statistics.peak[channel])
  return { row: Math.floor(place / width), column: place % width }
}

/** Pixels that painted tiles may take: 64 MiB as RGBA. */
const CACHE_PIXELS = 16 * 1024 * 1024

/** Tiles painted as large as they are shown; the least recently used goes first. */
export class TileCache {
  #maps: FeatureMaps | null = null
  #scaleOf: (channel: number) => ColourScale = () => ({ kind: 'sequential', min: 0, max: 0 })
  /** A Map keeps the order of use, oldest first. */
  readonly #tiles = new Map<number, ImageData>()

  /** Takes other activations or other colours. */
  load(maps: FeatureMaps, scaleOf: (channel: number) => ColourScale): void {
    this.#maps = maps
    this.#scaleOf = scaleOf
    this.#tiles.clear()
  }

  /** A channel's tile, painted first where it is not kept; null before there are maps. */
  take(channel: number, sidePx: number): ImageData | null {
    if (this.#maps === null) return null
    const known = this.#tiles.get(channel)
    this.#tiles.delete(channel)
    const tile = known?.width === sidePx ? known : this.#paint(this.#maps, channel, sidePx)
    this.#tiles.set(channel, tile)
    return tile
  }

  #paint(maps: FeatureMaps, channel: number, sidePx: number): ImageData {
    const oldest = this.#tiles.keys().next().value
    const isFull = (this.#tiles.size + 1) * sidePx * sidePx > CACHE_PIXELS
    if (isFull && oldest !== undefined) this.#tiles.delete(oldest)
    const tile = new ImageData(sidePx, sidePx)
    paintChannel(maps, channel, this.#scaleOf(channel), new Uint32Array(tile.data.buffer), sidePx)
    return tile
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
    words: zoom === 1 ? '1 px per unit' : `${zoom} × ${zoom} px per unit`,
  }
}
