/** Steps of the sample's enlargement: as large as fits, or a number of screen pixels per pixel. */
export const ZOOMS = ['fit', '1', '2', '4', '8'] as const
export type Zoom = (typeof ZOOMS)[number]

/**
 * Screen pixels for a pixel. What fits is a whole number of them where there is room for one, so
 * that no pixel is drawn wider than another.
 */
export function findZoom(zoom: Zoom, sidePx: number, roomPx: number): number {
  if (zoom !== 'fit') return Number(zoom)
  const fitting = roomPx / Math.max(1, sidePx)
  return fitting >= 1 ? Math.floor(fitting) : fitting
}
