import { present } from '../present'
import type { Interval } from './bootstrap'
import type { Calibration } from './calibration'
import type { ClassCurves, CurveAreas } from './curves'
import type { PairedScores } from './paired'
import type { ClassScores } from './per-class'
import type { PictureColumns } from './picture-columns'
import type { ScoreSummary } from './summary'

/** A cell of a table; null where a number is undefined, or a class unknown. */
export type TableCell = string | number | null

/** A table to be exported: as many cells in each row as in the header. */
export interface NumberTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly TableCell[])[]
}

/** A number a line, with its interval where it has one. */
export function tabulateSummary(summary: ScoreSummary): NumberTable {
  const measured = (name: string, interval: Interval | null): TableCell[] => [
    name,
    interval?.value ?? null,
    interval?.low ?? null,
    interval?.high ?? null,
  ]
  return {
    header: ['number', 'value', 'low', 'high'],
    rows: [
      measured('top1', summary.top1),
      measured('top5', summary.top5),
      measured('loss', summary.loss),
      ['counted_pictures', summary.counted, null, null],
      ['pictures_of_unknown_classes', summary.unknownClass, null, null],
    ],
  }
}

/** A class a line, with its areas where they are given; then the macro and weighted means. */
export function tabulateClasses(
  scores: ClassScores,
  classNames: readonly string[],
  areas: CurveAreas | null,
): NumberTable {
  const rows = scores.perClass.map((one): TableCell[] => [
    present(classNames[one.index]),
    one.support,
    one.predicted,
    one.right,
    one.precision,
    one.recall,
    one.f1,
    one.meanConfidence,
    areas?.auc[one.index] ?? null,
    areas?.ap[one.index] ?? null,
  ])
  const meanRow = (kind: 'macro' | 'weighted'): TableCell[] => {
    const means = scores[kind]
    return [
      `(${kind} mean)`,
      ...[null, null, null],
      ...[means?.precision ?? null, means?.recall ?? null, means?.f1 ?? null],
      null,
      areas?.[`${kind}Auc`] ?? null,
      areas?.[`${kind}Ap`] ?? null,
    ]
  }
  return {
    header: [
      ...['class', 'support', 'predicted', 'right', 'precision', 'recall', 'f1'],
      ...['mean_confidence', 'auc', 'average_precision'],
    ],
    rows: [...rows, meanRow('macro'), meanRow('weighted')],
  }
}

/**
 * A row a true class, a column a predicted one.
 * @param matrix - `[K, K]`: counts, or shares where an empty row is NaN
 */
export function tabulateConfusion(
  matrix: Uint32Array | Float32Array,
  classNames: readonly string[],
): NumberTable {
  const classes = classNames.length
  return {
    header: ['true_class', ...classNames],
    rows: classNames.map((name, row) => [
      name,
      ...Array.from(matrix.subarray(row * classes, (row + 1) * classes), cellOf),
    ]),
  }
}

/** A picture a line. */
export function tabulatePictures(
  pictures: PictureColumns & { readonly files: readonly string[]; readonly suggested: Int32Array },
  classNames: readonly string[],
): NumberTable {
  const nameOf = (index: number): TableCell => (index === -1 ? null : present(classNames[index]))
  return {
    header: [
      ...['file', 'true_class', 'predicted_class', 'confidence', 'second_class', 'margin'],
      ...['true_class_probability', 'true_class_rank', 'loss', 'entropy', 'squared_error'],
      'suggested_class',
    ],
    rows: pictures.files.map((file, index) => [
      file,
      nameOf(present(pictures.label[index])),
      nameOf(present(pictures.predicted[index])),
      present(pictures.confidence[index]),
      nameOf(present(pictures.second[index])),
      present(pictures.margin[index]),
      cellOf(present(pictures.ownProbability[index])),
      pictures.ownRank[index] === 0 ? null : present(pictures.ownRank[index]),
      cellOf(present(pictures.loss[index])),
      present(pictures.entropy[index]),
      cellOf(present(pictures.squaredError[index])),
      nameOf(present(pictures.suggested[index])),
    ]),
  }
}

/** A bin of the reliability diagram a line. */
export function tabulateCalibration({ bins }: Calibration): NumberTable {
  return {
    header: ['low', 'high', 'pictures', 'mean_confidence', 'accuracy'],
    rows: bins.map((bin) => [bin.low, bin.high, bin.pictures, bin.meanConfidence, bin.accuracy]),
  }
}

/** A point a line: those of the ROC curve, then those of the precision-recall curve. */
export function tabulateCurves({ roc, pr }: ClassCurves): NumberTable {
  const rocRows = Array.from(roc.falsePositiveRate, (x, index): TableCell[] => [
    'roc',
    x,
    present(roc.truePositiveRate[index]),
  ])
  const prRows = Array.from(pr.recall, (x, index): TableCell[] => [
    'precision_recall',
    x,
    present(pr.precision[index]),
  ])
  return {
    header: ['curve', 'false_positive_rate_or_recall', 'true_positive_rate_or_precision'],
    rows: [...rocRows, ...prRows],
  }
}

/** A number a line. */
export function tabulateComparison(scores: PairedScores): NumberTable {
  const { difference, mcNemar } = scores
  return {
    header: ['number', 'value'],
    rows: [
      ['pictures', scores.pictures],
      ['both_right', scores.bothRight],
      ['only_a_right', scores.onlyA],
      ['only_b_right', scores.onlyB],
      ['both_wrong', scores.bothWrong],
      ['top1_b_minus_a', difference.value],
      ['top1_b_minus_a_low', difference.low],
      ['top1_b_minus_a_high', difference.high],
      ['mcnemar_test', mcNemar.test],
      ['mcnemar_statistic', mcNemar.statistic],
      ['mcnemar_p_value', mcNemar.pValue],
    ],
  }
}

const cellOf = (value: number): TableCell => (Number.isNaN(value) ? null : value)
