import type { FeatureMaps, RawMaps } from '../../../../shared/contract'
import {
  colourIndex,
  colourMapOf,
  limitsOf,
  type ColourScale,
} from '../../../../shared/colour-maps'
import { isDead } from '../../lib/channels/channel-statistics'
import { numberColumn, type ExportTable } from '../../lib/export/export-table'
import { paintChannel, tileSideOf, type ScaleScope } from '../../lib/tiles/feature-tiles'
import { formatShort } from '../../lib/words/format-value'
import type { SheetLegend, TileSheet } from '../../lib/tiles/tile-sheet'
import { stemOf } from '../../lib/export/file-name'
import { present } from '../../../../shared/present'

const ENLARGED_PX = 512

/** What is exported, as it is shown. */
export interface ExportedMaps {
  readonly maps: FeatureMaps
  /** Asks for the raw values. */
  readonly readRaw: () => Promise<RawMaps>
  /** Channels in the order shown. */
  readonly sorted: Uint32Array
  readonly scaleOf: (channel: number) => ColourScale
  /** Whose range the colours span. */
  readonly scope: ScaleScope
  /** Line at the head of the sheet: model, picture, layer. */
  readonly title: string
  /** Names of the units, where they are classes. */
  readonly names: readonly string[] | null
}

/** Name of a file of maps, without its ending; `picture` is the name of the picture's own. */
export function nameMapsFile(
  picture: string,
  { layer, stage }: Pick<FeatureMaps, 'layer' | 'stage'>,
): string {
  return `${stemOf(picture)}-${layer}${stage === 'pre-relu' ? '-pre-relu' : ''}`
}

/** All maps of a layer in the order shown. */
export function describeMapsSheet(shown: ExportedMaps): TileSheet {
  const { maps, sorted, scaleOf, title } = shown
  const [height, width] = maps.shape
  const isFlat = height * width === 1
  const channelAt = (index: number): number => present(sorted[index])
  return {
    title,
    count: sorted.length,
    size: { width, height },
    // Each unit is drawn: a large map keeps its true size.
    tilePx: isFlat ? 14 : Math.max(width, tileSideOf(width).tilePx),
    columns: Math.ceil(Math.sqrt(sorted.length * (isFlat ? 4 : 1.4))),
    captionOf: isFlat ? null : (index) => describeMap(shown, channelAt(index)),
    legend: describeLegend(shown),
    paint(index, image) {
      const channel = channelAt(index)
      paintChannel(maps, channel, scaleOf(channel), new Uint32Array(image.data.buffer))
    },
  }
}

/** One map alone, at least {@link ENLARGED_PX} wide in whole pixels a unit. */
export function describeOneMap(
  maps: FeatureMaps,
  channel: number,
  scale: ColourScale,
  title: string,
): TileSheet {
  const [height, width] = maps.shape
  return {
    title,
    count: 1,
    size: { width, height },
    tilePx: width * Math.max(1, Math.ceil(ENLARGED_PX / width)),
    columns: 1,
    captionOf: null,
    legend: legendOf(scale),
    paint: (_, image) => paintChannel(maps, channel, scale, new Uint32Array(image.data.buffer)),
  }
}

/** A row for each row of the map, a column for each of its columns. */
export function tabulateMap({ shape, data }: RawMaps, title: string): ExportTable {
  const [height, width] = shape
  return {
    title,
    columns: ['y', ...Array.from({ length: width }, (_, x) => `x ${x}`)].map(numberColumn),
    rows: Array.from({ length: height }, (_, y) => [
      y,
      ...data.subarray(y * width, (y + 1) * width),
    ]),
  }
}

/** A channel's own number: the end of its scale, or its largest value on a scale that all share. */
function describeMap(shown: ExportedMaps, channel: number): string {
  const { scaleOf, scope } = shown
  const { statistics } = shown.maps
  if (isDead(statistics, channel)) return `${channel}: silent`
  const own =
    scope === 'channel' ? limitsOf(scaleOf(channel)).high : present(statistics.max[channel])
  return `${channel}: ${formatShort(own)}`
}

const SHARED_WORDS = {
  layer: 'one scale for the layer',
  network: 'one scale for all layers',
} as const

/** The scale of all maps; without numbers where each channel has its own. */
function describeLegend({ maps, scaleOf, scope }: ExportedMaps): SheetLegend {
  const first = scaleOf(0)
  const { low, high } = limitsOf(first)
  if (scope === 'channel') {
    return legendOf(first, [low < 0 ? 'minus its number' : '0', "each channel's number"])
  }
  const [height, width] = maps.shape
  const numbers = height * width === 1 ? '' : "; below each map: the channel's largest value"
  return legendOf(first, [
    formatShort(low),
    `${formatShort(high)}: ${SHARED_WORDS[scope]}${numbers}`,
  ])
}

/** The colours of a scale; its limits stand at the ends unless other words do. */
function legendOf(
  scale: ColourScale,
  ends: SheetLegend['ends'] = [formatShort(limitsOf(scale).low), formatShort(limitsOf(scale).high)],
): SheetLegend {
  const map = colourMapOf(scale)
  const { low, high } = limitsOf(scale)
  return {
    ends,
    colourAt(share) {
      const value = low + (high - low) * share
      const at = 3 * (high > low ? colourIndex(value, scale) : Math.round(share * 255))
      return [present(map[at]), present(map[at + 1]), present(map[at + 2])]
    },
  }
}
