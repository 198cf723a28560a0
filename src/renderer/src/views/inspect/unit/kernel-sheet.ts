import { BLUE_WHITE_RED } from '../../../../../shared/colour-maps'
import type { LayerKernels } from '../../../../../shared/contract'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'
import { formatShort } from '../../../lib/words/format-value'
import type { TileSheet } from '../../../lib/tiles/tile-sheet'
import { limitOf, type KernelTile } from './kernel-tiles'
import { itemAt, present } from '../../../../../shared/present'

const TILE_PX = 56

/** The kernels that are shown, as one sheet, in the same order and colours. */
export function describeKernelSheet(
  kernels: LayerKernels,
  tiles: readonly KernelTile[],
  model: string,
): TileSheet {
  const [height, width] = kernels.shape
  const limit = formatShort(limitOf(kernels))
  const isColour = kernels.colours !== null
  const of = isColour
    ? `kernels of ${kernels.layer} on the picture`
    : `${kernels.layer}, channel ${kernels.channel}, by channel of ${kernels.below}`
  return {
    title: `${model}: ${of}, by L2 norm`,
    count: tiles.length,
    size: { width, height },
    tilePx: TILE_PX,
    columns: Math.ceil(Math.sqrt(tiles.length * 1.4)),
    captionOf(index) {
      const { channel, norm } = itemAt(tiles, index, 'kernels')
      return `${channel}: ${formatShort(norm)}`
    },
    legend: {
      ends: isColour
        ? [`-${limit}`, `${limit}, weight of red, green and blue each`]
        : [`-${limit}`, `${limit}, weight`],
      colourAt(share) {
        const level = Math.round(share * 255)
        if (isColour) return [level, level, level]
        const at = 3 * level
        return [
          present(BLUE_WHITE_RED[at]),
          present(BLUE_WHITE_RED[at + 1]),
          present(BLUE_WHITE_RED[at + 2]),
        ]
      },
    },
    paint: (index, image) => image.data.set(itemAt(tiles, index, 'kernels').rgba),
  }
}

/** The norm of each output channel's kernel, by number. */
export function tabulateNorms({ layer, norms }: LayerKernels): ExportTable {
  const sorted = Float32Array.from(norms).sort().reverse()
  return {
    title: `L2 norms of the kernels of ${layer}`,
    columns: [numberColumn('channel'), numberColumn('L2 norm'), numberColumn('rank')],
    rows: Array.from(norms, (norm, channel) => [channel, norm, 1 + sorted.indexOf(norm)]),
  }
}
