/**
 * Where the tiles of a virtualised grid lie and which tile and unit a point hits; nothing here knows
 * how a tile is drawn. Lengths are CSS pixels.
 */

/** A grid of equal tiles, row by row, each with a caption under it. */
export interface TileLayout {
  readonly count: number
  readonly columns: number
  readonly rows: number
  /** Side of a tile's square. */
  readonly tilePx: number
  readonly captionPx: number
  readonly gapPx: number
  /** Height of the whole grid. */
  readonly heightPx: number
}

/** What {@link layOutTiles} is made from. */
export interface TileLayoutOptions {
  readonly count: number
  readonly widthPx: number
  readonly tilePx: number
  readonly captionPx: number
  readonly gapPx: number
}

/** Fits as many columns as the width holds, at least one. */
export function layOutTiles(options: TileLayoutOptions): TileLayout {
  const { count, widthPx, tilePx, captionPx, gapPx } = options
  const columns = Math.max(1, Math.floor((widthPx - gapPx) / (tilePx + gapPx)))
  const rows = Math.ceil(count / columns)
  return {
    count,
    columns,
    rows,
    tilePx,
    captionPx,
    gapPx,
    heightPx: rows * (tilePx + captionPx + gapPx) + gapPx,
  }
}

/** Top left corner of a tile's square. */
export function tileOrigin(layout: TileLayout, index: number): { x: number; y: number } {
  const { columns, tilePx, captionPx, gapPx } = layout
  const row = Math.floor(index / columns)
  return {
    x: gapPx + (index % columns) * (tilePx + gapPx),
    y: gapPx + row * (tilePx + captionPx + gapPx),
  }
}

/** The tiles that a window on the grid shows, in part or whole: `[first, end)`. */
export function visibleTiles(
  layout: TileLayout,
  topPx: number,
  heightPx: number,
): { readonly first: number; readonly end: number } {
  const pitch = layout.tilePx + layout.captionPx + layout.gapPx
  const firstRow = Math.max(0, Math.floor((topPx - layout.gapPx) / pitch))
  const endRow = Math.min(layout.rows, Math.ceil((topPx + heightPx) / pitch))
  return {
    first: Math.min(layout.count, firstRow * layout.columns),
    end: Math.min(layout.count, Math.max(firstRow, endRow) * layout.columns),
  }
}

/** A tile under a point, and the point within its square as shares 0..1; null between tiles. */
export function hitTile(
  layout: TileLayout,
  x: number,
  y: number,
): { readonly index: number; readonly u: number; readonly v: number } | null {
  const { columns, tilePx, captionPx, gapPx, count } = layout
  const column = Math.floor((x - gapPx) / (tilePx + gapPx))
  const row = Math.floor((y - gapPx) / (tilePx + captionPx + gapPx))
  if (column < 0 || column >= columns || row < 0) return null
  const index = row * columns + column
  if (index >= count) return null
  const origin = tileOrigin(layout, index)
  const u = (x - origin.x) / tilePx
  const v = (y - origin.y) / tilePx
  // The caption belongs to its tile: a point on it picks the tile, with v at the bottom edge.
  if (u < 0 || u >= 1 || v < 0 || y >= origin.y + tilePx + captionPx) return null
  return { index, u, v: Math.min(v, 1 - 1e-9) }
}

/** The scroll position that shows a tile whole, moved as little as can be. */
export function scrollToTile(
  layout: TileLayout,
  index: number,
  topPx: number,
  heightPx: number,
): number {
  const { y } = tileOrigin(layout, index)
  const bottom = y + layout.tilePx + layout.captionPx + layout.gapPx
  if (y - layout.gapPx < topPx) return Math.max(0, y - layout.gapPx)
  if (bottom > topPx + heightPx) return bottom - heightPx
  return topPx
}

/** Moves that the keyboard makes in a grid. */
export type GridMove = 'left' | 'right' | 'up' | 'down' | 'home' | 'end' | 'page-up' | 'page-down'

/** The move that a key stands for, or null. */
export function gridMoveOf(key: string): GridMove | null {
  const moves: Record<string, GridMove> = {
    ArrowLeft: 'left',
    ArrowRight: 'right',
    ArrowUp: 'up',
    ArrowDown: 'down',
    Home: 'home',
    End: 'end',
    PageUp: 'page-up',
    PageDown: 'page-down',
  }
  return moves[key] ?? null
}

/** The tile that a move leads to; stays inside the grid. */
export function moveInGrid(
  index: number,
  move: GridMove,
  grid: { readonly count: number; readonly columns: number; readonly pageRows: number },
): number {
  const { count, columns, pageRows } = grid
  if (count === 0) return 0
  const page = Math.max(1, pageRows) * columns
  const steps: Record<GridMove, number> = {
    left: -1,
    right: 1,
    up: -columns,
    down: columns,
    home: -index,
    end: count - 1 - index,
    'page-up': -page,
    'page-down': page,
  }
  const next = index + steps[move]
  // Up from the first row and down from the last stay where they are; a page goes to the edge.
  if ((move === 'up' || move === 'down') && (next < 0 || next >= count)) return index
  return Math.min(count - 1, Math.max(0, next))
}
