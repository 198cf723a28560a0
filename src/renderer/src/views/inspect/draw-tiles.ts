import type { TileCache } from '../../lib/tiles/feature-tiles'
import { tileOrigin, type TileLayout } from '../../lib/tiles/tile-layout'
import { present } from '../../../../shared/present'

/** Colours and fonts of the canvas, from the page's tokens. */
export interface TileInk {
  readonly muted: string
  readonly border: string
  readonly font: string
}

/** All that a draw needs; lengths are CSS pixels. */
export interface Scene {
  readonly layout: TileLayout
  readonly range: { readonly first: number; readonly end: number }
  readonly topPx: number
  readonly widthPx: number
  readonly heightPx: number
  readonly cache: TileCache
  readonly sorted: Uint32Array
  readonly isDead: (channel: number) => boolean
  /** What the caption tells besides the number; nothing where it is empty. */
  readonly noteOf: (channel: number) => string
  readonly ink: TileInk
}

/** Reads the tokens; `theme` is asked for so that a caller reads them again when it changes. */
export function readInk(element: Element, theme: 'light' | 'dark'): TileInk {
  const style = getComputedStyle(element)
  const token = (name: string, fallback: string): string =>
    style.getPropertyValue(name).trim() || fallback
  const isDark = theme === 'dark'
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
  return {
    muted: token('--text-muted', isDark ? '#aaa' : '#555'),
    border: token('--border-strong', '#888'),
    font: `${Math.round(rem * 0.6875 * 100) / 100}px ${style.fontFamily}`,
  }
}

/** Draws the tiles that are visible. */
export function drawTiles(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const { layout, range, topPx, widthPx, heightPx, ink } = scene
  const ratio = window.devicePixelRatio || 1
  const width = Math.round(widthPx * ratio)
  const height = Math.round(heightPx * ratio)
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  context.setTransform(ratio, 0, 0, ratio, 0, -topPx * ratio)
  context.clearRect(0, topPx, widthPx, heightPx)
  context.font = ink.font
  context.textBaseline = 'middle'
  const sidePx = Math.round(layout.tilePx * ratio)
  for (let index = range.first; index < range.end; index++) {
    const channel = present(scene.sorted[index])
    const { x, y } = tileOrigin(layout, index)
    const tile = scene.cache.take(channel, sidePx)
    // As it is: to scale it at every draw takes longer, above all where there is no GPU.
    if (tile) context.putImageData(tile, Math.round(x * ratio), Math.round((y - topPx) * ratio))
    const dead = scene.isDead(channel)
    if (dead) drawDeadMark(context, x, y, layout.tilePx, ink)
    drawCaption(context, scene, { channel, x, y, dead })
  }
}

/** A silent channel is struck through, so that it is told from a faint one without colour. */
function drawDeadMark(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  side: number,
  ink: TileInk,
): void {
  context.strokeStyle = ink.border
  context.lineWidth = 1
  context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1)
  context.beginPath()
  context.moveTo(x, y + side)
  context.lineTo(x + side, y)
  context.stroke()
}

function drawCaption(
  context: CanvasRenderingContext2D,
  scene: Scene,
  tile: { channel: number; x: number; y: number; dead: boolean },
): void {
  const { layout, ink } = scene
  context.fillStyle = ink.muted
  const note = scene.noteOf(tile.channel)
  const words =
    note !== ''
      ? `${tile.channel}: ${note}`
      : tile.dead && layout.tilePx >= 60
        ? `${tile.channel} silent`
        : String(tile.channel)
  const middle = tile.y + layout.tilePx + layout.captionPx / 2 + 1
  context.fillText(words, tile.x, middle, layout.tilePx)
}
