import { isDead } from '../../lib/channel-statistics'
import {
  colourIndex,
  colourMapOf,
  limitsOf,
  type ColourScale,
} from '../../../../shared/colour-maps'
import { paintChannel, tileSideOf } from '../../lib/feature-tiles'
import { formatShort } from '../../lib/format-value'
import { layOutTiles, tileOrigin } from '../../lib/tile-layout'
import type { ExportedMaps } from './export-maps'

const MARGIN_PX = 16
const HEAD_PX = 48
const CAPTION_PX = 14
const GAP_PX = 6
const FONT = '11px system-ui, sans-serif'

/** Where everything of a sheet lies. */
function planSheet({ maps }: ExportedMaps) {
  const [height, width, channels] = maps.shape
  const isFlat = height * width === 1
  // Each unit is drawn: a large map keeps its true size.
  const tilePx = isFlat ? 14 : Math.max(width, tileSideOf(width).tilePx)
  const captionPx = isFlat ? 0 : CAPTION_PX
  const gapPx = isFlat ? 0 : GAP_PX
  const columns = Math.ceil(Math.sqrt(channels * (isFlat ? 4 : 1.4)))
  const widthPx = Math.max(columns * (tilePx + gapPx) + gapPx, 640)
  const layout = layOutTiles({ count: channels, widthPx, tilePx, captionPx, gapPx })
  const size = {
    width: widthPx + 2 * MARGIN_PX,
    height: layout.heightPx + HEAD_PX + 2 * MARGIN_PX,
  }
  return { isFlat, tilePx, captionPx, layout, size }
}

/** What stands under a map. */
function captionOf({ scaleOf, maps: { statistics } }: ExportedMaps, channel: number): string {
  const told = isDead(statistics, channel) ? 'silent' : formatShort(limitsOf(scaleOf(channel)).high)
  return `${channel}: ${told}`
}

/** Paints one map after another on a small canvas of its own. */
function createTilePainter({ maps, scaleOf }: ExportedMaps): (channel: number) => OffscreenCanvas {
  const [height, width] = maps.shape
  const tile = new OffscreenCanvas(width, height)
  const context = need2d(tile)
  const image = new ImageData(width, height)
  const words = new Uint32Array(image.data.buffer)
  return (channel) => {
    paintChannel(maps, channel, scaleOf(channel), words)
    context.putImageData(image, 0, 0)
    return tile
  }
}

function need2d(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('Expected a 2D canvas for the sheet, got none.')
  return context
}

/** All channels on one sheet, with title, legend and a caption each. */
export function drawSheet(shown: ExportedMaps): OffscreenCanvas {
  const { isFlat, tilePx, captionPx, layout, size } = planSheet(shown)
  const canvas = new OffscreenCanvas(size.width, size.height)
  const context = need2d(canvas)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingEnabled = false
  context.font = FONT
  drawHead(context, shown, canvas.width)
  context.translate(MARGIN_PX, MARGIN_PX + HEAD_PX)
  const paint = createTilePainter(shown)
  shown.sorted.forEach((channel, index) => {
    const { x, y } = tileOrigin(layout, index)
    context.drawImage(paint(channel), x, y, tilePx, tilePx)
    if (isFlat) return
    context.fillStyle = '#333'
    context.fillText(captionOf(shown, channel), x, y + tilePx + captionPx - 3, tilePx)
  })
  return canvas
}

/** The maps side by side in the order shown, a pixel a unit, with a white pixel between them. */
export function drawTrueSize(shown: ExportedMaps): OffscreenCanvas {
  const [height, width, channels] = shown.maps.shape
  const columns = Math.ceil(Math.sqrt(channels))
  const rows = Math.ceil(channels / columns)
  const canvas = new OffscreenCanvas(columns * (width + 1) - 1, rows * (height + 1) - 1)
  const context = need2d(canvas)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  const paint = createTilePainter(shown)
  shown.sorted.forEach((channel, index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)]
    context.drawImage(paint(channel), column * (width + 1), row * (height + 1))
  })
  return canvas
}

/** The sheet with its words and legend as drawing, and each map as the picture that it is. */
export async function drawSvgSheet(shown: ExportedMaps): Promise<Uint8Array> {
  const { isFlat, tilePx, captionPx, layout, size } = planSheet(shown)
  const head = new OffscreenCanvas(size.width, MARGIN_PX + HEAD_PX)
  const context = need2d(head)
  context.font = FONT
  const legend = drawHead(context, shown, size.width)
  const paint = createTilePainter(shown)
  const tiles: string[] = []
  for (const [index, channel] of shown.sorted.entries()) {
    const { x, y } = tileOrigin(layout, index)
    const href = await encodeDataUrl(paint(channel))
    tiles.push(
      `<image x="${x}" y="${y}" width="${tilePx}" height="${tilePx}" href="${href}" image-rendering="pixelated"/>`,
    )
    if (isFlat) continue
    const caption = escapeXml(captionOf(shown, channel))
    tiles.push(`<text x="${x}" y="${y + tilePx + captionPx - 3}" fill="#333">${caption}</text>`)
  }
  const { bar, ends } = legend
  const scale = new OffscreenCanvas(bar.width, bar.height)
  need2d(scale).drawImage(head, -bar.x, -bar.y)
  const words = [{ x: MARGIN_PX, y: MARGIN_PX + 10, text: shown.title }, ...ends].map(
    ({ x, y, text }) => `<text x="${x}" y="${y}" fill="#111">${escapeXml(text)}</text>`,
  )
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...words,
    `<image x="${bar.x}" y="${bar.y}" width="${bar.width}" height="${bar.height}" href="${await encodeDataUrl(scale)}"/>`,
    `<g transform="translate(${MARGIN_PX} ${MARGIN_PX + HEAD_PX})">`,
    ...tiles,
    '</g></svg>',
  ]
  return new TextEncoder().encode(svg.join('\n'))
}

async function encodeDataUrl(canvas: OffscreenCanvas): Promise<string> {
  const bytes = await encodePng(canvas)
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return `data:image/png;base64,${btoa(binary)}`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/** Draws title and legend; where the legend lies, for who draws its words anew. */
function drawHead(
  context: OffscreenCanvasRenderingContext2D,
  { maps, title, scaleOf }: ExportedMaps,
  widthPx: number,
) {
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
  return {
    bar: { x: Math.ceil(left), y: top, width: barPx, height: 12 },
    ends: [
      { x: MARGIN_PX, y: top + 9, text: ends[0] ?? '' },
      { x: left + barPx + 6, y: top + 9, text: ends[1] ?? '' },
    ],
  }
}

function sameLimits(a: ColourScale, b: ColourScale): boolean {
  const [first, second] = [limitsOf(a), limitsOf(b)]
  return first.low === second.low && first.high === second.high
}

export async function encodePng(canvas: OffscreenCanvas): Promise<Uint8Array> {
  const blob = await canvas.convertToBlob({ type: 'image/png' })
  return new Uint8Array(await blob.arrayBuffer())
}
