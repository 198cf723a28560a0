import type { FeatureClassification, Spread } from '../../../../../shared/contract'
import { present } from '../../../../../shared/present'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'
import { formatShare } from '../../../lib/words/format-value'

/** "91.8% ± 0.4", or "91.8%" for one split. */
export function formatSpread({ mean, deviation }: Spread): string {
  return deviation === null
    ? formatShare(mean)
    : `${formatShare(mean)} ± ${(deviation * 100).toFixed(1)}`
}

/** A row a class, after a row of the means. */
export function tabulateClassification(result: FeatureClassification): ExportTable {
  return {
    title: `Linear SVM on ${result.features.protocolWords}; ${result.splitWords}`,
    columns: [
      { name: 'class' },
      numberColumn('recall'),
      numberColumn('deviation'),
      numberColumn('tested pictures'),
    ],
    rows: [
      [
        'mean over the classes',
        result.meanRecall.mean,
        result.meanRecall.deviation,
        result.tested.reduce((sum, own) => sum + own, 0),
      ],
      ...result.classNames.map((name, index) => {
        const recall = result.recalls[index] ?? null
        return [
          name,
          recall?.mean ?? null,
          recall?.deviation ?? null,
          present(result.tested[index]),
        ]
      }),
    ],
  }
}
