import { present } from '../../../../../shared/present'
import { valueAt } from '../../../lib/evaluation/confusion-matrix'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'
import type { ShownMatrix } from './matrix-cells'

/** The matrix in the order and the values that are shown; a share of no picture is an empty cell. */
export function tabulateMatrix(
  { matrix, order, classNames, values }: ShownMatrix,
  title: string,
): ExportTable {
  const name = (index: number): string => present(classNames[index])
  const indices = [...order]
  return {
    title,
    columns: [{ name: 'true / predicted' }, ...indices.map((index) => numberColumn(name(index)))],
    rows: indices.map((label) => [
      name(label),
      ...indices.map((predicted) => {
        const value = valueAt(matrix, values, { label, predicted })
        return Number.isNaN(value) ? null : value
      }),
    ]),
  }
}
