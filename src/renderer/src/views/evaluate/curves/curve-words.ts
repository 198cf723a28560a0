import type { ClassCurves } from '../../../../../shared/evaluation/curves'
import { tabulateCurves } from '../../../../../shared/evaluation/tables'
import { itemAt } from '../../../../../shared/present'
import { toExportTable, type ExportTable } from '../../../lib/export/export-table'
import { findClassRows, sortClassRows, type ClassRow } from '../numbers/class-rows'

/** Both curves at one place of their x axes. */
export interface CurveReading {
  /** False-positive rate, and recall; 0..1. */
  readonly at: number
  readonly truePositiveRate: number
  readonly precision: number
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
export function exportCurves(curves: ClassCurves, className: string): ExportTable {
  return toExportTable(`ROC and precision-recall of ${className}`, tabulateCurves(curves))
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
  rows: readonly ClassRow[],
  { order, text }: { readonly order: AreaOrder; readonly text: string },
): readonly ClassRow[] {
  if (order === 'class') return findClassRows(rows, text)
  return sortClassRows(rows, { column: order, isDescending: false }, text)
}
