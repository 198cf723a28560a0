import type { TileSheet } from '../../../lib/tiles/tile-sheet'
import { itemAt } from '../../../../../shared/present'
import { paintOverlay, type Overlay } from '../../../lib/attribution/attribution-picture'

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
  const { size } = itemAt(overlays, 0, 'maps').overlay
  return {
    title,
    count: overlays.length,
    size: { width: size, height: size },
    // Each pixel is a square of whole pixels.
    tilePx: size * Math.max(1, Math.ceil(MIN_TILE_PX / size)),
    columns: Math.min(overlays.length, 3),
    captionOf: (index) => itemAt(overlays, index, 'maps').caption,
    legend: null,
    paint(index, image) {
      image.data.set(paintOverlay(itemAt(overlays, index, 'maps').overlay).data)
    },
  }
}
