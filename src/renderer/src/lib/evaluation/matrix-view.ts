/** The part of a matrix that is seen: zoom, place, cells under a point. Lengths are CSS pixels. */

/** Widest cell to zoom to, and widest when all of the matrix is seen. */
const MAX_CELL_PX = 64
const MAX_FITTED_PX = 88
/** From which size on cells are of whole pixels. */
const WHOLE_PX = 8
/** Least distance of two labels. */
const LABEL_PX = 12

/** Room for the cells. */
export interface MatrixArea {
  readonly widthPx: number
  readonly heightPx: number
}

/** What is seen of K by K cells. */
export interface MatrixView {
  readonly cellPx: number
  /** Of the matrix, what lies left of the area and above it. */
  readonly leftPx: number
  readonly topPx: number
}

/** A place in the matrix as it is ordered. */
export interface MatrixPlace {
  readonly row: number
  readonly column: number
}

/** Side of a cell where all are seen; in whole pixels where that leaves little room unused. */
export function fitCell({ widthPx, heightPx }: MatrixArea, classes: number): number {
  const cellPx = Math.min(widthPx, heightPx) / Math.max(1, classes)
  return cellPx < WHOLE_PX ? cellPx : Math.min(MAX_FITTED_PX, Math.floor(cellPx))
}

/** All of the matrix. */
export function fitView(area: MatrixArea, classes: number): MatrixView {
  return { cellPx: fitCell(area, classes), leftPx: 0, topPx: 0 }
}

/** The nearest view that shows no more beside the matrix than it must. */
function clampView(view: MatrixView, area: MatrixArea, classes: number): MatrixView {
  const sidePx = view.cellPx * classes
  const clamp = (at: number, room: number): number => Math.max(0, Math.min(at, sidePx - room))
  return {
    cellPx: view.cellPx,
    leftPx: clamp(view.leftPx, area.widthPx),
    topPx: clamp(view.topPx, area.heightPx),
  }
}

/**
 * Zooms by a factor; the point stays where it is.
 * @param at - within the area
 */
export function zoomView(
  view: MatrixView,
  area: MatrixArea,
  classes: number,
  factor: number,
  at: { readonly x: number; readonly y: number },
): MatrixView {
  const least = fitCell(area, classes)
  const wanted = view.cellPx * factor
  const cellPx = Math.min(Math.max(MAX_CELL_PX, least), Math.max(least, wanted))
  const grown = cellPx / view.cellPx
  return clampView(
    {
      cellPx,
      leftPx: (view.leftPx + at.x) * grown - at.x,
      topPx: (view.topPx + at.y) * grown - at.y,
    },
    area,
    classes,
  )
}

/** Moves what is seen. */
export function panView(
  view: MatrixView,
  area: MatrixArea,
  classes: number,
  by: { readonly x: number; readonly y: number },
): MatrixView {
  const { cellPx, leftPx, topPx } = view
  return clampView({ cellPx, leftPx: leftPx + by.x, topPx: topPx + by.y }, area, classes)
}

/** Moves as little as can be for a cell to be seen. */
export function revealPlace(
  view: MatrixView,
  area: MatrixArea,
  classes: number,
  { row, column }: MatrixPlace,
): MatrixView {
  const { cellPx } = view
  const reveal = (fromPx: number, roomPx: number, index: number): number =>
    Math.min(index * cellPx, Math.max(fromPx, (index + 1) * cellPx - roomPx))
  const leftPx = reveal(view.leftPx, area.widthPx, column)
  const topPx = reveal(view.topPx, area.heightPx, row)
  return clampView({ cellPx, leftPx, topPx }, area, classes)
}

/**
 * The row or column at a distance from the area's left or top side; null beside the matrix.
 * @param fromPx - `leftPx` or `topPx` of the view
 */
export function indexAt(
  { cellPx }: MatrixView,
  fromPx: number,
  classes: number,
  atPx: number,
): number | null {
  const index = Math.floor((fromPx + atPx) / cellPx)
  return index >= 0 && index < classes ? index : null
}

/** The cell under a point of the area; null beside the matrix. */
export function placeAt(
  view: MatrixView,
  classes: number,
  { x, y }: { readonly x: number; readonly y: number },
): MatrixPlace | null {
  const row = indexAt(view, view.topPx, classes, y)
  const column = indexAt(view, view.leftPx, classes, x)
  return row === null || column === null ? null : { row, column }
}

/** The rows or columns that are seen, in part or whole: `[first, end)`. */
export function visibleCells(
  { cellPx }: MatrixView,
  fromPx: number,
  roomPx: number,
  classes: number,
): { readonly first: number; readonly end: number } {
  return {
    first: Math.max(0, Math.floor(fromPx / cellPx)),
    end: Math.min(classes, Math.ceil((fromPx + roomPx) / cellPx)),
  }
}

/** Every which row has its label: 1 where there is room for all. */
export function labelStep({ cellPx }: MatrixView): number {
  return Math.max(1, Math.ceil(LABEL_PX / cellPx))
}
