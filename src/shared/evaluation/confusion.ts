import { present } from '../present'
import { UNKNOWN_CLASS, type PictureColumns } from './picture-columns'

/** Pictures of one class that were taken for another. */
export interface ConfusedPair {
  readonly label: number
  readonly predicted: number
  readonly pictures: number
  /** Share of the pictures of the true class, 0..1. */
  readonly share: number
}

/**
 * Counts pictures by true and predicted class.
 * @returns `[K, K]`, a row a true class
 */
export function countConfusion(
  { label, predicted }: Pick<PictureColumns, 'label' | 'predicted'>,
  classes: number,
): Uint32Array {
  const matrix = new Uint32Array(classes * classes)
  for (let picture = 0; picture < label.length; picture++) {
    const own = present(label[picture])
    if (own === UNKNOWN_CLASS) continue
    const cell = own * classes + present(predicted[picture])
    matrix[cell] = present(matrix[cell]) + 1
  }
  return matrix
}

/**
 * Each cell as a share of its row, 0..1: of the pictures of a class, how many were taken for each.
 * @param matrix - `[K, K]`
 * @returns `[K, K]`; NaN in the rows of classes without pictures
 */
export function normaliseRows(matrix: Uint32Array, classes: number): Float32Array {
  const shares = new Float32Array(matrix.length)
  for (let row = 0; row < classes; row++) {
    const start = row * classes
    const pictures = sumRow(matrix, row, classes)
    for (let cell = start; cell < start + classes; cell++) {
      shares[cell] = present(matrix[cell]) / pictures
    }
  }
  return shares
}

/**
 * The pairs with most mistakes, most first; of equal ones that with the larger share of its class, then in
 * the order of the classes.
 * @param matrix - `[K, K]`
 */
export function listMostConfused(
  matrix: Uint32Array,
  classes: number,
  limit: number,
): ConfusedPair[] {
  const pairs: ConfusedPair[] = []
  for (let label = 0; label < classes; label++) {
    const support = sumRow(matrix, label, classes)
    for (let predicted = 0; predicted < classes; predicted++) {
      const pictures = present(matrix[label * classes + predicted])
      if (label === predicted || pictures === 0) continue
      pairs.push({ label, predicted, pictures, share: pictures / support })
    }
  }
  return pairs.sort((a, b) => b.pictures - a.pictures || b.share - a.share).slice(0, limit)
}

function sumRow(matrix: Uint32Array, row: number, classes: number): number {
  let sum = 0
  for (let cell = row * classes; cell < (row + 1) * classes; cell++) sum += present(matrix[cell])
  return sum
}
