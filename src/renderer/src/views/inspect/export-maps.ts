import type { FeatureMaps } from '../../../../shared/contract'
import { isDead, type ChannelStatistics } from '../../lib/channel-statistics'
import {
  colourIndex,
  colourMapOf,
  limitsOf,
  type ColourScale,
} from '../../../../shared/colour-maps'
import { paintChannel, tileSideOf } from '../../lib/feature-tiles'
import { formatShort } from '../../lib/format-value'
import { encodeCsv, encodeNpy } from '../../lib/numeric-files'
import { layOutTiles, tileOrigin } from '../../lib/tile-layout'

/** The files that maps can be saved as. */
export const EXPORT_FORMATS = ['png', 'npy', 'csv'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What is exported, as it is shown. */
export interface ExportedMaps {
  readonly maps: FeatureMaps
  readonly statistics: ChannelStatistics
  /** Channels in the order shown. */
  readonly sorted: Uint32Array
  readonly scaleOf: (channel: number) => ColourScale
  /** Line at the head of the sheet: model, picture, layer. */
  readonly title: string
  /** Names of the units, where they are classes. */
  readonly names: readonly string[] | null
}

/** Encodes what is shown: the sheet of all channels, the raw values, or numbers of each channel. */
export async function encodeMaps(format: ExportFormat, shown: ExportedMaps): Promise<Uint8Array> {
  if (format === 'npy') return encodeNpy(shown.maps.data, shown.maps.shape)
  if (format === 'csv') return encodeStatistics(shown)
  const canvas = drawSheet(shown)
  const blob = await canvas.convertToBlob({ type: 'image/png' })
  return new Uint8Array(await blob.arrayBuffer())
}

/** A row a channel; a row a unit where a channel is one unit. */
export function encodeStatistics({ maps, statistics, names }: ExportedMaps): Uint8Array {
  const [height, width, channels] = maps.shape
  const rows = Array.from({ length: channels }, (_, channel) => channel)
  if (height * width === 1) {
    return encodeCsv(
      ['unit', 'name', 'value'],
      rows.map((unit) => [unit, names?.[unit] ?? null, maps.data[unit] ?? 0]),
    )
  }
  return encodeCsv(
    ['channel', 'min', 'max', 'mean', 'share_at_or_below_zero', 'silent'],
    rows.map((channel) => [
      channel,
      statistics.min[channel] ?? 0,
      statistics.max[channel] ?? 0,
      statistics.mean[channel] ?? 0,
      statistics.sparsity[channel] ?? 0,
      isDead(statistics, channel) ? 'yes' : 'no',
    ]),
  )
}

const MARGIN_PX = 16
const HEAD_PX = 48
const CAPTION_PX = 14
const GAP_PX = 6
const FONT = '11px system-ui, sans-serif'

function drawSheet(shown: ExportedMaps): OffscreenCanvas {
  const [height, width, channels] = shown.maps.shape
  const isFlat = height * width === 1
  // Each unit is drawn: a large map keeps its true size.
  const tilePx = isFlat ? 14 : Math.max(width, tileSideOf(width).tilePx)
  const captionPx = isFlat ? 0 : CAPTION_PX
  const gapPx = isFlat ? 0 : GAP_PX
  const columns = Math.ceil(Math.sqrt(channels * (isFlat ? 4 : 1.4)))
  const widthPx = Math.max(columns * (tilePx + gapPx) + gapPx, 640)
  const layout = layOutTiles({ count: channels, widthPx, tilePx, captionPx, gapPx })
  const canvas = new OffscreenCanvas(
    widthPx + 2 * MARGIN_PX,
    layout.heightPx + HEAD_PX + 2 * MARGIN_PX,
  )
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('Expected a 2D canvas for the sheet, got none.')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingEnabled = false
  context.font = FONT
  drawHead(context, shown, canvas.width)
  context.translate(MARGIN_PX, MARGIN_PX + HEAD_PX)
  const tile = new OffscreenCanvas(width, height)
  const tileContext = tile.getContext('2d')
  const image = new ImageData(width, height)
  const words = new Uint32Array(image.data.buffer)
  shown.sorted.forEach((channel, index) => {
    const { x, y } = tileOrigin(layout, index)
    paintChannel(shown.maps, channel, shown.scaleOf(channel), words)
    tileContext?.putImageData(image, 0, 0)
    context.drawImage(tile, 0, 0, width, height, x, y, tilePx, tilePx)
    if (isFlat) return
    context.fillStyle = '#333'
    const end = formatShort(limitsOf(shown.scaleOf(channel)).high)
    const told = isDead(shown.statistics, channel) ? 'silent' : end
    context.fillText(`${channel}: ${told}`, x, y + tilePx + captionPx - 3, tilePx)
  })
  return canvas
}

function drawHead(
  context: OffscreenCanvasRenderingContext2D,
  { maps, title, scaleOf }: ExportedMaps,
  widthPx: number,
): void {
  context.fillStyle = '#111'
  context.fillText(title, MARGIN_PX, MARGIN_PX + 10, widthPx - 2 * MARGIN_PX)
  const first = scaleOf(0)
  const isShared = maps.shape[2] < 2 || sameLimits(first, scaleOf(1))
  const map = colourMapOf(first)
  const barPx = 160
  const { low, high } = limitsOf(first)
  const top = MARGIN_PX + 22
  const ends = isShared
    ? [formatShort(low), formatShort(high)]
    : [low < 0 ? 'minus its number' : '0', "each channel's number"]
  const left = MARGIN_PX + context.measureText(ends[0] ?? '').width + 6
  context.fillText(ends[0] ?? '', MARGIN_PX, top + 9)
  for (let x = 0; x < barPx; x++) {
    const value = low + ((high - low) * x) / (barPx - 1)
    const i = 3 * (high > low ? colourIndex(value, first) : Math.round((x / (barPx - 1)) * 255))
    context.fillStyle = `rgb(${map[i] ?? 0} ${map[i + 1] ?? 0} ${map[i + 2] ?? 0})`
    context.fillRect(left + x, top, 1, 12)
  }
  context.fillStyle = '#111'
  context.fillText(ends[1] ?? '', left + barPx + 6, top + 9)
}

function sameLimits(a: ColourScale, b: ColourScale): boolean {
  const [first, second] = [limitsOf(a), limitsOf(b)]
  return first.low === second.low && first.high === second.high
}
