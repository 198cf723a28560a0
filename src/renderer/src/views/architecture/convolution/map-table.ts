import type { ExportTable } from '../../../lib/export/export-table'
import { present } from '../../../../../shared/present'

/** An output map as rows of numbers: a column for each column of the map. */
export function tabulatePlane(
  title: string,
  values: ArrayLike<number>,
  [height, width]: readonly [number, number, ...number[]],
): ExportTable {
  return {
    title,
    columns: [
      { name: 'row', align: 'right' },
      ...Array.from({ length: width }, (_, column) => ({
        name: `column ${column}`,
        align: 'right' as const,
      })),
    ],
    rows: Array.from({ length: height }, (_, row) => [
      row,
      ...Array.from({ length: width }, (__, column) => present(values[row * width + column])),
    ]),
  }
}
