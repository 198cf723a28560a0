import { present } from '../../../../../shared/present'
import {
  labelStep,
  visibleCells,
  type MatrixArea,
  type MatrixView,
} from '../../../lib/evaluation/matrix-view'
import {
  colourOfCell,
  fitText,
  inkOnCell,
  writeCell,
  type Rgb,
  type ShownMatrix,
} from './matrix-cells'

/** Side of the smallest cell with its number in it. */
const NUMBER_CELL_PX = 26
const TICK_PX = 4
const GAP_PX = 4

/** Colours and font of the page. */
export interface MatrixInk {
  readonly text: string
  readonly border: string
  /** Of a greyed cell, and of one that is a share of no picture. */
  readonly dimmed: Rgb
  readonly font: string
}

/** Room for the names beside the cells. */
export interface MatrixGutter {
  readonly leftPx: number
  readonly topPx: number
  /** Whether the names of columns stand on end. */
  readonly isUpright: boolean
}

/** All that a draw needs. */
export interface MatrixScene {
  readonly shown: ShownMatrix
  /** All cells, a pixel each. */
  readonly cells: CanvasImageSource
  readonly view: MatrixView
  readonly area: MatrixArea
  readonly gutter: MatrixGutter
  readonly ink: MatrixInk
}

/** Draws what is seen of the matrix: cells, names, and numbers where there is room. */
export function drawMatrix(canvas: HTMLCanvasElement, scene: MatrixScene): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const { shown, cells, view, area, gutter, ink } = scene
  const ratio = window.devicePixelRatio || 1
  const widthPx = gutter.leftPx + area.widthPx
  const heightPx = gutter.topPx + area.heightPx
  const [width, height] = [Math.round(widthPx * ratio), Math.round(heightPx * ratio)]
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, widthPx, heightPx)
  context.font = ink.font
  context.textBaseline = 'middle'
  context.imageSmoothingEnabled = false
  const { cellPx, leftPx, topPx } = view
  const sidePx = shown.matrix.classes * cellPx
  const seenWidth = Math.min(area.widthPx, sidePx - leftPx)
  const seenHeight = Math.min(area.heightPx, sidePx - topPx)
  context.drawImage(
    cells,
    leftPx / cellPx,
    topPx / cellPx,
    seenWidth / cellPx,
    seenHeight / cellPx,
    gutter.leftPx,
    gutter.topPx,
    seenWidth,
    seenHeight,
  )
  context.strokeStyle = ink.border
  context.lineWidth = 1
  context.strokeRect(gutter.leftPx - 0.5, gutter.topPx - 0.5, seenWidth + 1, seenHeight + 1)
  if (cellPx >= NUMBER_CELL_PX) drawNumbers(context, scene)
  drawRowNames(context, scene)
  drawColumnNames(context, scene)
}

function rangesOf({ shown, view, area }: MatrixScene) {
  const { classes } = shown.matrix
  return {
    rows: visibleCells(view, view.topPx, area.heightPx, classes),
    columns: visibleCells(view, view.leftPx, area.widthPx, classes),
  }
}

function drawNumbers(context: CanvasRenderingContext2D, scene: MatrixScene): void {
  const { shown, view, area, gutter, ink } = scene
  const { rows, columns } = rangesOf(scene)
  context.save()
  context.beginPath()
  context.rect(gutter.leftPx, gutter.topPx, area.widthPx, area.heightPx)
  context.clip()
  context.textAlign = 'center'
  for (let row = rows.first; row < rows.end; row++) {
    for (let column = columns.first; column < columns.end; column++) {
      const [label, predicted] = [present(shown.order[row]), present(shown.order[column])]
      const text = writeCell(shown.matrix, shown.values, label, predicted)
      if (text === '') continue
      context.fillStyle = inkOnCell(colourOfCell(shown, label, predicted, ink.dimmed))
      const x = gutter.leftPx + (column + 0.5) * view.cellPx - view.leftPx
      const y = gutter.topPx + (row + 0.5) * view.cellPx - view.topPx
      context.fillText(text, x, y, view.cellPx - 2)
    }
  }
  context.restore()
}

function nameAt({ classNames, order }: ShownMatrix, place: number): string {
  return present(classNames[present(order[place])])
}

function drawRowNames(context: CanvasRenderingContext2D, scene: MatrixScene): void {
  const { shown, view, gutter, area, ink } = scene
  const { first, end } = rangesOf(scene).rows
  const step = labelStep(view)
  const measure = (text: string): number => context.measureText(text).width
  context.textAlign = 'right'
  context.fillStyle = ink.text
  for (let row = Math.ceil(first / step) * step; row < end; row += step) {
    const y = (row + 0.5) * view.cellPx - view.topPx
    if (y < 0 || y > area.heightPx) continue
    const text = fitText(measure, nameAt(shown, row), gutter.leftPx - TICK_PX - GAP_PX)
    context.fillText(text, gutter.leftPx - TICK_PX - GAP_PX / 2, gutter.topPx + y)
    drawTick(context, gutter.leftPx - TICK_PX, gutter.topPx + y, TICK_PX, 0)
  }
}

function drawColumnNames(context: CanvasRenderingContext2D, scene: MatrixScene): void {
  const { shown, view, gutter, area, ink } = scene
  const { first, end } = rangesOf(scene).columns
  const step = labelStep(view)
  const measure = (text: string): number => context.measureText(text).width
  context.fillStyle = ink.text
  const roomPx = gutter.isUpright ? gutter.topPx - TICK_PX - GAP_PX : step * view.cellPx - GAP_PX
  for (let column = Math.ceil(first / step) * step; column < end; column += step) {
    const x = (column + 0.5) * view.cellPx - view.leftPx
    if (x < 0 || x > area.widthPx) continue
    const text = fitText(measure, nameAt(shown, column), roomPx)
    context.save()
    context.translate(gutter.leftPx + x, gutter.topPx - TICK_PX - GAP_PX / 2)
    if (gutter.isUpright) context.rotate(-Math.PI / 2)
    else context.translate(0, -7)
    context.textAlign = gutter.isUpright ? 'left' : 'center'
    context.fillText(text, 0, 0)
    context.restore()
    drawTick(context, gutter.leftPx + x, gutter.topPx - TICK_PX, 0, TICK_PX)
  }
}

function drawTick(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  byX: number,
  byY: number,
): void {
  context.beginPath()
  context.moveTo(x, y)
  context.lineTo(x + byX, y + byY)
  context.stroke()
}
