import { present } from '../../../../shared/present'
import { keyedRandom, shuffle } from '../../random'

/** Rows that a classifier is trained and tested on, by their index. */
export interface RowSplit {
  readonly train: Int32Array
  readonly test: Int32Array
}

/** How halves are drawn. */
export interface DrawnSplits {
  /** Training rows of each class; a class with no more has all but one there. */
  readonly trainPerClass: number
  /** Test rows of each class at most; null for all that are left. */
  readonly testPerClass: number | null
  /** How often a split is drawn. */
  readonly count: number
  readonly seed: number
}

/**
 * Draws training and test rows class by class, as the protocols of Caltech-101 and Caltech-256 do
 * (appendix B). A class of a single row is trained on and not tested.
 * @param labels - `[N]`
 */
export function drawSplits(
  labels: Int32Array,
  { trainPerClass, testPerClass, count, seed }: DrawnSplits,
): RowSplit[] {
  const rowsOf = groupRows(labels)
  return Array.from({ length: count }, (_, draw) => {
    const train: number[] = []
    const test: number[] = []
    for (const [label, rows] of rowsOf) {
      const order = shuffle(rows, keyedRandom('split', seed, draw, label))
      const trained = Math.max(1, Math.min(trainPerClass, order.length - 1))
      const tested = testPerClass === null ? order.length : trained + testPerClass
      train.push(...order.slice(0, trained))
      test.push(...order.slice(trained, tested))
    }
    return { train: Int32Array.from(train).sort(), test: Int32Array.from(test).sort() }
  })
}

/**
 * The fold of each row for cross-validation, so that each class is spread evenly over them.
 * @param labels - `[N]`
 * @returns `[N]`: 0 to folds - 1
 */
export function drawFolds(labels: Int32Array, folds: number, seed: number): Int32Array {
  const drawn = new Int32Array(labels.length)
  let next = 0
  for (const [label, rows] of groupRows(labels)) {
    for (const row of shuffle(rows, keyedRandom('split', seed, label))) {
      drawn[row] = next % folds
      next += 1
    }
  }
  return drawn
}

function groupRows(labels: Int32Array): Map<number, number[]> {
  const rowsOf = new Map<number, number[]>()
  for (let row = 0; row < labels.length; row++) {
    const label = present(labels[row])
    const rows = rowsOf.get(label)
    if (rows === undefined) rowsOf.set(label, [row])
    else rows.push(row)
  }
  return rowsOf
}
