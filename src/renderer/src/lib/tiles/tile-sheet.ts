import { escapeXml } from '../export/export-table'
import { layOutTiles, tileOrigin } from './tile-layout'
import { encodePng } from '../export/rgb-picture'

/** Small pictures beside each other with a title, a legend and a caption each. */
export interface TileSheet {
  readonly title: string
  readonly count: number
  /** Pixels of each small picture. */
  readonly size: { readonly width: number; readonly height: number }
  /** Side that each is drawn with. */
  readonly tilePx: number
  /** Pictures in a row, about: a sheet is never narrower than its title. */
  readonly columns: number
  /** What stands under a picture; null for pictures that touch, without words. */
  readonly captionOf: ((index: number) => string) | null
  /** null where each picture has a range of its own, which its caption tells. */
  readonly legend: SheetLegend | null
  /** Writes a picture's pixels. */
  readonly paint: (index: number, image: ImageData) => void
}

/** A bar of colours with words at its ends. */
export interface SheetLegend {
  /** RGB bytes at a share 0..1 of the bar. */
  readonly colourAt: (share: number) => readonly [number, number, number]
  readonly ends: readonly [string, string]
}

const MARGIN_PX = 16
const HEAD_PX = 48
const CAPTION_PX = 14
const GAP_PX = 6
const MIN_WIDTH_PX = 640
const FONT = '11px system-ui, sans-serif'
const BAR = { top: MARGIN_PX + 22, width: 160, height: 12 }

/** Where the tiles of a sheet lie. */
function planSheet({ count, tilePx, columns, captionOf }: TileSheet) {
  const captionPx = captionOf === null ? 0 : CAPTION_PX
  const gapPx = captionOf === null ? 0 : GAP_PX
  const widthPx = Math.max(columns * (tilePx + gapPx) + gapPx, MIN_WIDTH_PX)
  const layout = layOutTiles({ count, widthPx, tilePx, captionPx, gapPx })
  const width = widthPx + 2 * MARGIN_PX
  return { captionPx, layout, width, height: layout.heightPx + HEAD_PX + 2 * MARGIN_PX }
}

/** The words of the head, and where its bar begins. */
function planHead(context: OffscreenCanvasRenderingContext2D, { title, legend }: TileSheet) {
  context.font = FONT
  const head = { x: MARGIN_PX, y: MARGIN_PX + 10, text: title }
  if (legend === null) return { barLeft: MARGIN_PX, words: [head] }
  const [low, high] = legend.ends
  const barLeft = Math.ceil(MARGIN_PX + context.measureText(low).width + 6)
  const y = BAR.top + 9
  return {
    barLeft,
    words: [head, { x: MARGIN_PX, y, text: low }, { x: barLeft + BAR.width + 6, y, text: high }],
  }
}

/** Paints one picture after another on a small canvas of its own. */
function createTilePainter({ size, paint }: TileSheet): (index: number) => OffscreenCanvas {
  const tile = new OffscreenCanvas(size.width, size.height)
  const context = need2d(tile)
  const image = new ImageData(size.width, size.height)
  return (index) => {
    paint(index, image)
    context.putImageData(image, 0, 0)
    return tile
  }
}

function drawBar({ colourAt }: SheetLegend): OffscreenCanvas {
  const bar = new OffscreenCanvas(BAR.width, BAR.height)
  const context = need2d(bar)
  for (let x = 0; x < BAR.width; x++) {
    context.fillStyle = `rgb(${colourAt(x / (BAR.width - 1)).join(' ')})`
    context.fillRect(x, 0, 1, BAR.height)
  }
  return bar
}

function need2d(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('Expected a 2D canvas for the sheet, got none.')
  return context
}

/** The whole sheet as a picture. */
export function drawSheet(sheet: TileSheet): OffscreenCanvas {
  const { captionPx, layout, width, height } = planSheet(sheet)
  const { tilePx, captionOf, count } = sheet
  const canvas = new OffscreenCanvas(width, height)
  const context = need2d(canvas)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.imageSmoothingEnabled = false
  const { barLeft, words } = planHead(context, sheet)
  context.fillStyle = '#111'
  for (const { x, y, text } of words) context.fillText(text, x, y, width - x - MARGIN_PX)
  if (sheet.legend) context.drawImage(drawBar(sheet.legend), barLeft, BAR.top)
  context.translate(MARGIN_PX, MARGIN_PX + HEAD_PX)
  context.fillStyle = '#333'
  const paint = createTilePainter(sheet)
  for (let index = 0; index < count; index++) {
    const { x, y } = tileOrigin(layout, index)
    context.drawImage(paint(index), x, y, tilePx, tilePx)
    if (captionOf) context.fillText(captionOf(index), x, y + tilePx + captionPx - 3, tilePx)
  }
  return canvas
}

/** The pictures alone in their true size, with a white pixel between them. */
export function drawTrueSize(sheet: TileSheet): OffscreenCanvas {
  const { width, height } = sheet.size
  const columns = Math.max(1, Math.ceil(Math.sqrt(sheet.count)))
  const rows = Math.max(1, Math.ceil(sheet.count / columns))
  const canvas = new OffscreenCanvas(columns * (width + 1) - 1, rows * (height + 1) - 1)
  const context = need2d(canvas)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  const paint = createTilePainter(sheet)
  for (let index = 0; index < sheet.count; index++) {
    const [column, row] = [index % columns, Math.floor(index / columns)]
    context.drawImage(paint(index), column * (width + 1), row * (height + 1))
  }
  return canvas
}

/** The sheet with its words and legend as drawing, and each tile as the picture that it is. */
export async function drawSvgSheet(sheet: TileSheet): Promise<Uint8Array> {
  const { captionPx, layout, width, height } = planSheet(sheet)
  const { tilePx, captionOf, count } = sheet
  const { barLeft, words } = planHead(need2d(new OffscreenCanvas(1, 1)), sheet)
  const write = (x: number, y: number, fill: string, text: string): string =>
    `<text x="${x}" y="${y}" fill="${fill}">${escapeXml(text)}</text>`
  const paint = createTilePainter(sheet)
  const tiles: string[] = []
  for (let index = 0; index < count; index++) {
    const { x, y } = tileOrigin(layout, index)
    const href = await encodeDataUrl(paint(index))
    tiles.push(
      `<image x="${x}" y="${y}" width="${tilePx}" height="${tilePx}" href="${href}" image-rendering="pixelated"/>`,
    )
    if (captionOf) tiles.push(write(x, y + tilePx + captionPx - 3, '#333', captionOf(index)))
  }
  const bar = sheet.legend === null ? null : await encodeDataUrl(drawBar(sheet.legend))
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...words.map(({ x, y, text }) => write(x, y, '#111', text)),
    ...(bar === null
      ? []
      : [
          `<image x="${barLeft}" y="${BAR.top}" width="${BAR.width}" height="${BAR.height}" href="${bar}"/>`,
        ]),
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
