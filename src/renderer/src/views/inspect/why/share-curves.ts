import type { ExportTable } from '../../../lib/export/export-table'
import { numberColumn } from '../../../lib/export/export-table'

/** A class's probability by the share of pixels that were changed. */
export interface ShareCurve {
  readonly name: string
  /** Place of its colour and mark among the methods. */
  readonly style: number
  /** Probabilities at equal steps from 0 to all pixels. */
  readonly values: Float32Array
  readonly area: number
}

/** The numbers behind a figure: a row a step, a column a curve. */
export function tabulateShares(title: string, curves: readonly ShareCurve[]): ExportTable {
  const last = (curves[0]?.values.length ?? 1) - 1
  return {
    title,
    columns: [numberColumn('share of pixels'), ...curves.map(({ name }) => numberColumn(name))],
    rows: Array.from({ length: last + 1 }, (_, step) => [
      step / Math.max(1, last),
      ...curves.map(({ values }) => values[step] ?? null),
    ]),
  }
}
