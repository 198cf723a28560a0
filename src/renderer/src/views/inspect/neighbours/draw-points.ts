import { present } from '../../../../../shared/present'
import type { RunStyle } from '../../../charts/run-marks'
import { isLineMark } from './point-marks'
import { placeOf, type ScatterView } from './scatter-view'

/** Side of a mark's picture, in CSS pixels. */
const SPRITE_PX = 12
const FADED_ALPHA = 0.15

/** What is drawn. */
export interface DrawnPoints {
  /** `[N, 2]` */
  readonly points: Float32Array
  /** `[N]`: index of each point's mark. */
  readonly marks: Uint16Array
  readonly styles: readonly RunStyle[]
  /** Points that stand out; all where it is empty. */
  readonly selection: ReadonlySet<number>
}

/**
 * Draws all points: each mark is drawn once and stamped, so that ten thousand take a few milliseconds.
 * @param pixels - device pixels of a CSS pixel
 */
export function drawPoints(
  canvas: HTMLCanvasElement,
  { points, marks, styles, selection }: DrawnPoints,
  view: ScatterView,
  pixels: number,
): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, canvas.width, canvas.height)
  const sprites = styles.map((style) => drawSprite(canvas, style, pixels))
  const half = (SPRITE_PX * pixels) / 2
  const stamp = (index: number): void => {
    const { x, y } = placeOf(points, index, view)
    const sprite = sprites[present(marks[index])]
    if (sprite)
      context.drawImage(sprite, Math.round(x * pixels - half), Math.round(y * pixels - half))
  }
  const isSelecting = selection.size > 0
  context.globalAlpha = isSelecting ? FADED_ALPHA : 1
  for (let index = 0; 2 * index < points.length; index++) if (!selection.has(index)) stamp(index)
  context.globalAlpha = 1
  for (const index of selection) stamp(index)
}

function drawSprite(canvas: HTMLCanvasElement, style: RunStyle, pixels: number): OffscreenCanvas {
  const side = Math.max(1, Math.round(SPRITE_PX * pixels))
  const sprite = new OffscreenCanvas(side, side)
  const context = sprite.getContext('2d')
  if (context === null) return sprite
  const color = resolveColor(canvas, style.color)
  context.setTransform(pixels, 0, 0, pixels, side / 2, side / 2)
  const path = new Path2D(style.path)
  context.lineWidth = 1.25
  context.strokeStyle = color
  if (!isLineMark(style)) {
    context.globalAlpha = 0.55
    context.fillStyle = color
    context.fill(path)
    context.globalAlpha = 1
  }
  context.stroke(path)
  return sprite
}

/** What a token stands for at an element: a canvas knows no variables. */
function resolveColor(element: Element, color: string): string {
  const token = /^var\((--[\w-]+)\)$/.exec(color)?.[1]
  return token === undefined ? color : getComputedStyle(element).getPropertyValue(token).trim()
}
