import { isDead } from '../../lib/channels/channel-statistics'
import { encodeCsv, encodeNpy } from '../../lib/export/numeric-files'
import { encodePng } from '../../lib/export/rgb-picture'
import { drawSheet, drawSvgSheet, drawTrueSize } from '../../lib/tiles/tile-sheet'
import { describeMapsSheet, type ExportedMaps } from './maps-sheet'
import { present } from '../../../../shared/present'

/** The files that maps can be saved as; `true-size` is a PNG of the maps alone, a pixel a unit. */
export const EXPORT_FORMATS = ['png', 'true-size', 'svg', 'npy', 'csv'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** Encodes what is shown: the sheet of all channels, the raw values, or numbers of each channel. */
export async function encodeMaps(format: ExportFormat, shown: ExportedMaps): Promise<Uint8Array> {
  if (format === 'npy') {
    const { data, shape } = await shown.readRaw()
    return encodeNpy(data, shape)
  }
  if (format === 'csv') return encodeStatistics(shown)
  const sheet = describeMapsSheet(shown)
  if (format === 'svg') return drawSvgSheet(sheet)
  return encodePng(format === 'true-size' ? drawTrueSize(sheet) : drawSheet(sheet))
}

/** A row a channel; a row a unit where a channel is one unit. */
export function encodeStatistics({ maps, names }: ExportedMaps): Uint8Array {
  const { statistics } = maps
  const [height, width, channels] = maps.shape
  const rows = Array.from({ length: channels }, (_, channel) => channel)
  if (height * width === 1) {
    return encodeCsv(
      ['unit', 'name', 'value'],
      rows.map((unit) => [unit, names?.[unit] ?? null, present(statistics.max[unit])]),
    )
  }
  return encodeCsv(
    ['channel', 'min', 'max', 'mean', 'share_at_or_below_zero', 'silent'],
    rows.map((channel) => [
      channel,
      present(statistics.min[channel]),
      present(statistics.max[channel]),
      present(statistics.mean[channel]),
      present(statistics.sparsity[channel]),
      isDead(statistics, channel) ? 'yes' : 'no',
    ]),
  )
}
