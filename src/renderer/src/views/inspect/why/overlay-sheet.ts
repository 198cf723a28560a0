import type { TileSheet } from '../../../lib/tiles/tile-sheet'
import { paintOverlay, type Overlay } from './attribution-picture'

const MIN_TILE_PX = 192

/** A map over the picture, with what stands under it. */
export interface CaptionedOverlay {
  readonly overlay: Overlay
  readonly caption: string
}

/** Several maps over one picture, each with colours of its own. */
export function describeOverlaySheet(
  title: string,
  overlays: readonly CaptionedOverlay[],
): TileSheet {
  const size = overlays[0]?.overlay.size ?? 1
  return {
    title,
    count: overlays.length,
    size: { width: size, height: size },
    // Each pixel is a square of whole pixels.
    tilePx: size * Math.max(1, Math.ceil(MIN_TILE_PX / size)),
    columns: Math.min(overlays.length, 3),
    captionOf: (index) => overlays[index]?.caption ?? '',
    legend: null,
    paint(index, image) {
      const overlay = overlays[index]?.overlay
      if (overlay) image.data.set(paintOverlay(overlay).data)
    },
  }
}
