import { GRID_SIDE } from './protocol'

/** A square window into a picture, and how many crops of the grid it stands for. */
export interface GridWindow {
  readonly left: number
  readonly top: number
  readonly crops: number
}

/** Where the windows of a grid begin along one side, and how many of its five fall on each. */
function placeAlong(length: number, side: number): ReadonlyMap<number, number> {
  const places = new Map<number, number>()
  for (let index = 0; index < GRID_SIDE; index++) {
    const place = Math.round(((length - side) * index) / (GRID_SIDE - 1))
    places.set(place, (places.get(place) ?? 0) + 1)
  }
  return places
}

/**
 * The windows of the regular grid of 5x5 crops (section 3.2), row by row, from edge to edge. Those that
 * fall on the same pixels, as where a side is no longer than the crop, are listed once.
 * @param side - of a crop, in pixels; at most the picture's smaller side
 * @returns windows whose crops sum to 25
 */
export function layCropGrid(width: number, height: number, side: number): readonly GridWindow[] {
  const columns = placeAlong(width, side)
  return [...placeAlong(height, side)].flatMap(([top, rows]) =>
    [...columns].map(([left, count]) => ({ left, top, crops: rows * count })),
  )
}
