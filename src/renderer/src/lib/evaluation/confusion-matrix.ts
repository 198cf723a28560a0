import type { EvaluatedPictures } from '../../../../shared/contract'
import { countConfusion } from '../../../../shared/evaluation/confusion'
import { present } from '../../../../shared/present'

/** How the classes are ordered, along both sides. */
export const MATRIX_ORDERS = [
  { value: 'similarity', label: 'similarity' },
  { value: 'name', label: 'name' },
  { value: 'support', label: 'pictures' },
  { value: 'recall', label: 'recall' },
] as const

export type MatrixOrder = (typeof MATRIX_ORDERS)[number]['value']

/** What a cell tells: pictures, or their share of those of its true or of its predicted class. */
export type MatrixValues = 'counts' | 'rows' | 'columns'

/** Pictures by true class, a row each, and predicted class, a column each. */
export interface ConfusionMatrix {
  readonly classes: number
  /** `[K, K]` */
  readonly counts: Uint32Array
  /** Pictures of each true class, and those predicted as each, `[K]`. */
  readonly rowSums: Uint32Array
  readonly columnSums: Uint32Array
}

/** A cell, by the indices of its classes. */
export interface MatrixCell {
  readonly label: number
  readonly predicted: number
}

export function buildMatrix(pictures: EvaluatedPictures, classes: number): ConfusionMatrix {
  const counts = countConfusion(pictures, classes)
  const rowSums = new Uint32Array(classes)
  const columnSums = new Uint32Array(classes)
  for (let label = 0; label < classes; label++) {
    for (let predicted = 0; predicted < classes; predicted++) {
      const count = present(counts[label * classes + predicted])
      rowSums[label] = present(rowSums[label]) + count
      columnSums[predicted] = present(columnSums[predicted]) + count
    }
  }
  return { classes, counts, rowSums, columnSums }
}

/** Pictures in a cell. */
export function countAt({ counts, classes }: ConfusionMatrix, { label, predicted }: MatrixCell) {
  return present(counts[label * classes + predicted])
}

/** What a cell tells; NaN where it is the share of no picture. */
export function valueAt(matrix: ConfusionMatrix, values: MatrixValues, cell: MatrixCell): number {
  const count = countAt(matrix, cell)
  if (values === 'counts') return count
  const { rowSums, columnSums } = matrix
  return count / present(values === 'rows' ? rowSums[cell.label] : columnSums[cell.predicted])
}

/** Share of a class's pictures that were predicted right; NaN where it has none. */
export function recallOf(matrix: ConfusionMatrix, label: number): number {
  return valueAt(matrix, 'rows', { label, predicted: label })
}

/**
 * The largest value, for the colours; 0 where there is none.
 * @param isDiagonal - whether the right ones count
 */
export function largestValue(
  matrix: ConfusionMatrix,
  values: MatrixValues,
  isDiagonal: boolean,
): number {
  const { classes } = matrix
  let largest = 0
  for (let label = 0; label < classes; label++) {
    for (let predicted = 0; predicted < classes; predicted++) {
      if (!isDiagonal && label === predicted) continue
      const value = valueAt(matrix, values, { label, predicted })
      if (value > largest) largest = value
    }
  }
  return largest
}

/**
 * The classes in an order: the most pictures first, the worst recall first; classes without pictures come
 * last.
 * @param similarity - the order by similarity
 * @returns `[K]`, class indices
 */
export function orderClasses(
  matrix: ConfusionMatrix,
  order: MatrixOrder,
  classNames: readonly string[],
  similarity: Int32Array,
): Int32Array {
  if (order === 'similarity') return similarity
  const indices = Int32Array.from({ length: matrix.classes }, (_, index) => index)
  if (order === 'name') {
    const collator = new Intl.Collator(undefined, { numeric: true })
    return indices.sort((a, b) => collator.compare(present(classNames[a]), present(classNames[b])))
  }
  const { rowSums } = matrix
  const keys = Float64Array.from(indices, (label) =>
    present(rowSums[label]) === 0
      ? Infinity
      : order === 'support'
        ? -present(rowSums[label])
        : recallOf(matrix, label),
  )
  return indices.sort((a, b) => compareNumbers(present(keys[a]), present(keys[b])) || a - b)
}

/** Of infinite ones too, whose difference is no number. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
