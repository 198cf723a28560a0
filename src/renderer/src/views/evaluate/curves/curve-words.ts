import type { ClassCurves, CurveAreas } from '../../../../../shared/evaluation/curves'
import { itemAt } from '../../../../../shared/present'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'

/** Both curves at one place of their x axes. */
export interface CurveReading {
  /** False-positive rate, and recall; 0..1. */
  readonly at: number
  readonly truePositiveRate: number
  readonly precision: number
}

/** An area, 0..1, to three digits; a dash where there is none. */
export function formatArea(area: number | null): string {
  return area === null ? '–' : area.toFixed(3)
}

/** The curves as they are drawn: ROC along its lines, precision-recall by its steps. */
export function readCurvesAt({ roc, pr }: ClassCurves, at: number): CurveReading | null {
  if (roc.falsePositiveRate.length === 0) return null
  const step = pr.recall.findIndex((recall) => recall >= at)
  return {
    at,
    truePositiveRate: interpolate(roc.falsePositiveRate, roc.truePositiveRate, at),
    precision: itemAt(pr.precision, step < 0 ? pr.precision.length - 1 : step),
  }
}

/** On the line between the last point that lies before, or at, and the first that lies behind. */
function interpolate(x: Float32Array, y: Float32Array, at: number): number {
  const behind = x.findIndex((value) => value > at)
  if (behind < 0) return itemAt(y, y.length - 1)
  if (behind === 0) return itemAt(y, 0)
  const [x0, x1] = [itemAt(x, behind - 1), itemAt(x, behind)]
  const [y0, y1] = [itemAt(y, behind - 1), itemAt(y, behind)]
  return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0)
}

/** The points of both curves, as they leave the lab. */
export function tabulateCurves({ roc, pr }: ClassCurves, className: string): ExportTable {
  const length = Math.max(roc.falsePositiveRate.length, pr.recall.length)
  const cell = (values: Float32Array, row: number): number | null => values[row] ?? null
  return {
    title: `ROC and precision-recall of ${className}`,
    columns: ['false-positive rate', 'true-positive rate', 'recall', 'precision'].map(numberColumn),
    rows: Array.from({ length }, (_, row) => [
      cell(roc.falsePositiveRate, row),
      cell(roc.truePositiveRate, row),
      cell(pr.recall, row),
      cell(pr.precision, row),
    ]),
  }
}

/** A class with its areas. */
export interface ClassAreas {
  readonly classIndex: number
  readonly name: string
  readonly auc: number | null
  readonly ap: number | null
}

/** Orders of the list of classes. */
export const AREA_ORDERS = [
  { value: 'class', label: 'Class' },
  { value: 'auc', label: 'AUC' },
  { value: 'ap', label: 'AP' },
] as const
export type AreaOrder = (typeof AREA_ORDERS)[number]['value']

/** The classes whose name has the text, in an order: the lowest area first, those without one last. */
export function listAreas(
  classNames: readonly string[],
  { auc, ap }: CurveAreas,
  { order, text }: { readonly order: AreaOrder; readonly text: string },
): readonly ClassAreas[] {
  const wanted = text.trim().toLowerCase()
  const rows = classNames
    .map((name, classIndex) => ({
      classIndex,
      name,
      auc: itemAt(auc, classIndex),
      ap: itemAt(ap, classIndex),
    }))
    .filter(({ name }) => name.toLowerCase().includes(wanted))
  if (order === 'class') return rows
  const measured = rows.filter((row) => row[order] !== null)
  const others = rows.filter((row) => row[order] === null)
  return [...measured.sort((a, b) => Number(a[order]) - Number(b[order])), ...others]
}
