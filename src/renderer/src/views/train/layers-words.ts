import { LOG_BINS, type LayersLine, type ValueSpread } from '../../../../shared/spec'
import { numberColumn, type ExportTable } from '../../lib/export/export-table'
import { formatDeviation } from './start-words'

/** What of a layer is counted. */
export type Measured = 'weight' | 'gradient' | 'update'

export const MEASURED_WORDS: Readonly<Record<Measured, string>> = {
  weight: 'Weights',
  gradient: 'Gradient',
  update: 'Update',
}

/** A mark on a histogram's axis; `place` from 0 to 1. */
interface BinLabel {
  readonly place: number
  readonly text: string
  readonly anchor: 'start' | 'middle' | 'end'
}

/** Marks on the axis of a histogram. */
export function layBins({ limit }: ValueSpread, bins: 'even' | 'log'): BinLabel[] {
  if (bins === 'even') {
    return [
      { place: 0, text: `−${formatDeviation(limit)}`, anchor: 'start' },
      { place: 0.5, text: '0', anchor: 'middle' },
      { place: 1, text: formatDeviation(limit), anchor: 'end' },
    ]
  }
  const { from, perDecade, count } = LOG_BINS
  const decades = count / perDecade
  return Array.from({ length: decades / 4 + 1 }, (_, index) => ({
    place: (index * 4) / decades,
    text: `1e${from + index * 4}`,
    anchor: index === 0 ? 'start' : index === decades / 4 ? 'end' : 'middle',
  }))
}

/** All measurements as one table: a row a layer and moment. */
export function tabulateLayerMetrics(lines: readonly LayersLine[]): ExportTable {
  return {
    title: 'Layers in training',
    columns: [
      numberColumn('step'),
      numberColumn('epoch'),
      { name: 'layer' },
      numberColumn('weight deviation'),
      numberColumn('gradient deviation'),
      numberColumn('update deviation'),
      numberColumn('update / weight'),
      numberColumn('dead channels'),
      numberColumn('channels'),
    ],
    rows: lines.flatMap(({ step, epoch, layers }) =>
      layers.map(({ layer, weight, gradient, update, ratio, dead, channels }) => [
        step,
        epoch,
        layer,
        weight.deviation,
        gradient?.deviation ?? null,
        update?.deviation ?? null,
        ratio,
        dead,
        channels,
      ]),
    ),
  }
}
