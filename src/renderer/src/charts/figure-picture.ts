import type { LegendEntry } from '../components/legend-entry'
import type { FigureColors } from './figure-colors'

/**
 * A figure as a PNG file: title, legend and plot on the panel's background.
 * @param canvas - the plot as it is shown, in device pixels
 */
export async function drawFigurePicture(
  canvas: HTMLCanvasElement,
  title: string,
  entries: readonly (LegendEntry & { readonly resolvedColor: string })[],
  colors: FigureColors,
): Promise<Uint8Array> {
  const ratio = devicePixelRatio
  const head = 32 * ratio
  const picture = document.createElement('canvas')
  picture.width = canvas.width
  picture.height = canvas.height + head
  const ctx = picture.getContext('2d')
  if (ctx === null) throw new Error('Expected a 2D canvas, got none; free some memory.')
  ctx.fillStyle = colors.background
  ctx.fillRect(0, 0, picture.width, picture.height)
  ctx.drawImage(canvas, 0, head)
  const family = colors.font.replace(/^\S+\s/, '')
  ctx.textBaseline = 'middle'
  ctx.fillStyle = colors.text
  ctx.font = `600 ${13 * ratio}px ${family}`
  let x = 12 * ratio
  ctx.fillText(title, x, head / 2)
  x += ctx.measureText(title).width + 20 * ratio
  ctx.font = `${11 * ratio}px ${family}`
  for (const entry of entries) {
    ctx.strokeStyle = entry.resolvedColor
    ctx.globalAlpha = entry.stroke === 'ghost' ? 0.35 : 1
    ctx.lineWidth = 2 * ratio
    ctx.setLineDash(entry.stroke === 'dashed' ? [5 * ratio, 3 * ratio] : [])
    ctx.beginPath()
    ctx.moveTo(x, head / 2)
    ctx.lineTo(x + 22 * ratio, head / 2)
    ctx.stroke()
    ctx.globalAlpha = 1
    ctx.fillStyle = colors.muted
    ctx.fillText(entry.label, x + 28 * ratio, head / 2)
    x += ctx.measureText(entry.label).width + 44 * ratio
  }
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'))
  if (blob === null) throw new Error('Expected a PNG of the figure, got none; make it smaller.')
  return new Uint8Array(await blob.arrayBuffer())
}
