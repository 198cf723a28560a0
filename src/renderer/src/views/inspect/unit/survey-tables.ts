import { present } from '../../../../../shared/present'
import type { LayerSurvey, UnitSurvey } from '../../../../../shared/contract'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'

const orNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value

/** All channels of a layer, one a row. */
export function tableOfChannels(survey: LayerSurvey): ExportTable {
  const { layer, pictures, classNames, selectivity, peak, silentShare } = survey
  const { peaks, means } = selectivity
  return {
    title: `${layer}: ${peak.length} channels over ${pictures} pictures`,
    columns: [
      numberColumn('channel'),
      numberColumn('selectivity by largest activation'),
      { name: 'its class' },
      numberColumn('selectivity by mean activation'),
      { name: 'its class' },
      numberColumn('largest activation'),
      numberColumn('share of pictures in which it is silent'),
    ],
    rows: Array.from(peak, (value, channel) => [
      channel,
      orNull(peaks.index[channel]),
      classNames[present(peaks.favourite[channel])] ?? null,
      orNull(means.index[channel]),
      classNames[present(means.favourite[channel])] ?? null,
      orNull(value),
      silentShare[channel] ?? null,
    ]),
  }
}

/** The strongest patches of a channel. */
export function tableOfPatches({ layer, channel, pictures, patches }: UnitSurvey): ExportTable {
  return {
    title: `${layer}, channel ${channel}: strongest patches of ${pictures} pictures`,
    columns: [
      numberColumn('rank'),
      numberColumn('activation'),
      { name: 'class' },
      { name: 'picture' },
      { name: 'half' },
      numberColumn('row'),
      numberColumn('column'),
    ],
    rows: patches.map(({ value, className, file, split, row, column }, rank) => [
      rank + 1,
      value,
      className,
      file,
      split,
      row,
      column,
    ]),
  }
}

/** The classes of a channel. */
export function tableOfClasses({ layer, channel, pictures, classes }: UnitSurvey): ExportTable {
  return {
    title: `${layer}, channel ${channel}: classes of ${pictures} pictures`,
    columns: [
      { name: 'class' },
      numberColumn('pictures'),
      numberColumn('mean of the largest activation'),
      numberColumn('mean of the mean activation'),
    ],
    rows: classes.map(({ className, pictures: count, peaks, means }) => [
      className,
      count,
      peaks,
      means,
    ]),
  }
}

/** How often a channel's largest activation of a picture lies in each bin; silent pictures in the first row. */
export function tableOfDistribution(unit: UnitSurvey): ExportTable {
  const { layer, channel, pictures, histogram, silent } = unit
  const { counts, limit } = histogram
  const width = (2 * limit) / counts.length
  const bins = Array.from(counts, (count, bin) => [-limit + bin * width, count] as const)
  return {
    title: `${layer}, channel ${channel}: largest activation of each of ${pictures} pictures`,
    columns: [numberColumn('from'), numberColumn('to'), numberColumn('pictures')],
    rows: [
      [0, 0, silent],
      ...bins.filter(([, count]) => count > 0).map(([from, count]) => [from, from + width, count]),
    ],
  }
}
