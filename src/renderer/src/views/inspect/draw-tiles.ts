import type { FeatureMaps } from '../../../../shared/contract'
import type { TileCache } from '../../lib/feature-tiles'
import { tileOrigin, type TileLayout } from '../../lib/tile-layout'
import type { Unit } from './map-view.svelte'

/** Colours and fonts of the canvas, from the page's tokens. */
export interface Ink {
  readonly text: string
  readonly muted: string
  readonly accent: string
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
  readonly maps: FeatureMaps
  readonly cache: TileCache
  readonly sorted: Uint32Array
  readonly unit: Unit
  /** Place of the unit's channel in the order shown. */
  readonly selected: number
  readonly isDead: (channel: number) => boolean
  readonly ink: Ink
}

/** Reads the tokens; `theme` is asked for so that a caller reads them again when it changes. */
export function readInk(element: Element, theme: 'light' | 'dark'): Ink {
  const style = getComputedStyle(element)
  const token = (name: string, fallback: string): string =>
    style.getPropertyValue(name).trim() || fallback
  const isDark = theme === 'dark'
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
  return {
    text: token('--text', isDark ? '#fff' : '#000'),
    muted: token('--text-muted', isDark ? '#aaa' : '#555'),
    accent: token('--accent', '#0f6579'),
    border: token('--border-strong', '#888'),
    font: `${Math.round(rem * 0.6875 * 100) / 100}px ${style.fontFamily}`,
  }
}

/** Draws the tiles that are visible, and the marks of the probed unit. */
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
  context.imageSmoothingEnabled = false
  context.font = ink.font
  context.textBaseline = 'middle'
  const [mapHeight, mapWidth] = scene.maps.shape
  for (let index = range.first; index < range.end; index++) {
    const channel = scene.sorted[index] ?? 0
    const from = scene.cache.locate(channel)
    const { x, y } = tileOrigin(layout, index)
    const { tilePx } = layout
    context.drawImage(scene.cache.canvas, from.x, from.y, mapWidth, mapHeight, x, y, tilePx, tilePx)
    const isSelected = index === scene.selected
    const dead = scene.isDead(channel)
    if (dead) drawDeadMark(context, x, y, tilePx, ink)
    drawCaption(context, scene, { channel, x, y, isSelected, dead })
    if (isSelected) drawSelection(context, scene, x, y)
  }
}

/** A silent channel is struck through, so that it is told from a faint one without colour. */
function drawDeadMark(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  side: number,
  ink: Ink,
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
  tile: { channel: number; x: number; y: number; isSelected: boolean; dead: boolean },
): void {
  const { layout, ink } = scene
  context.fillStyle = tile.isSelected ? ink.text : ink.muted
  const words = tile.dead && layout.tilePx >= 60 ? `${tile.channel} silent` : String(tile.channel)
  const middle = tile.y + layout.tilePx + layout.captionPx / 2 + 1
  context.fillText(words, tile.x, middle, layout.tilePx)
}

/** A frame round the tile, and a box round the unit: dark and light, to be seen on every colour. */
function drawSelection(
  context: CanvasRenderingContext2D,
  scene: Scene,
  x: number,
  y: number,
): void {
  const { layout, maps, unit, ink } = scene
  const { tilePx } = layout
  context.strokeStyle = ink.accent
  context.lineWidth = 2
  context.strokeRect(x - 2, y - 2, tilePx + 4, tilePx + 4)
  const [height, width] = maps.shape
  const cellWidth = tilePx / width
  const cellHeight = tilePx / height
  const grow = cellWidth < 4 ? 2 : 0
  const box = [
    x + unit.column * cellWidth - grow,
    y + unit.row * cellHeight - grow,
    cellWidth + 2 * grow,
    cellHeight + 2 * grow,
  ] as const
  context.strokeStyle = '#000'
  context.lineWidth = 3
  context.strokeRect(...box)
  context.strokeStyle = '#fff'
  context.lineWidth = 1.25
  context.strokeRect(...box)
}
