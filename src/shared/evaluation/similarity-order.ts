import { present } from '../present'

/**
 * An order of the classes in which those that are often taken for each other are neighbours: average
 * linkage (Sokal and Michener 1958) on the share of mistakes between two classes, both ways; where two
 * chains of classes meet, the most similar ends do. Classes that are never confused with any follow in the
 * place of their first.
 * @param matrix - `[K, K]`, a row a true class
 * @returns each class once, `[K]`
 */
export function orderBySimilarity(matrix: Uint32Array, classes: number): Int32Array {
  const similarity = measureSimilarity(matrix, classes)
  const linkage = similarity.slice()
  const chains: (number[] | null)[] = Array.from({ length: classes }, (_, index) => [index])
  const at = (row: number, column: number): number => present(linkage[row * classes + column])
  /** The most similar other chain of each, -1 where none is similar at all. */
  const nearest = Int32Array.from({ length: classes }, (_, row) => findNearest(row))

  function findNearest(row: number): number {
    let best = -1
    let largest = 0
    for (let column = 0; column < classes; column++) {
      if (column === row || chains[column] === null || at(row, column) <= largest) continue
      best = column
      largest = at(row, column)
    }
    return best
  }

  function merge(row: number, column: number): void {
    const [a, b] = [present(chains[row]) ?? [], present(chains[column]) ?? []]
    for (let other = 0; other < classes; other++) {
      const mean =
        (a.length * at(row, other) + b.length * at(column, other)) / (a.length + b.length)
      linkage[row * classes + other] = mean
      linkage[other * classes + row] = mean
    }
    chains[row] = joinChains(a, b, (one, two) => present(similarity[one * classes + two]))
    chains[column] = null
    nearest[column] = -1
    for (let other = 0; other < classes; other++) {
      const old = present(nearest[other])
      if (other === row || old === row || old === column) nearest[other] = findNearest(other)
    }
  }

  for (;;) {
    let row = -1
    let largest = 0
    for (let index = 0; index < classes; index++) {
      const other = present(nearest[index])
      if (other === -1 || at(index, other) <= largest) continue
      row = index
      largest = at(index, other)
    }
    if (row === -1) break
    merge(row, present(nearest[row]))
  }
  const left = chains.filter((chain) => chain !== null)
  return Int32Array.from(left.sort((a, b) => Math.min(...a) - Math.min(...b)).flat())
}

/** `[K, K]`: mean of the shares of either class that were taken for the other. */
function measureSimilarity(matrix: Uint32Array, classes: number): Float64Array {
  const supports = Array.from({ length: classes }, (_, row) =>
    matrix.subarray(row * classes, (row + 1) * classes).reduce((sum, count) => sum + count, 0),
  )
  const shareOf = (row: number, column: number): number =>
    present(matrix[row * classes + column]) / Math.max(1, present(supports[row]))
  const similarity = new Float64Array(classes * classes)
  for (let row = 0; row < classes; row++) {
    for (let column = 0; column < classes; column++) {
      if (row === column) continue
      similarity[row * classes + column] = (shareOf(row, column) + shareOf(column, row)) / 2
    }
  }
  return similarity
}

/** Two chains as one, either turned round if need be, so that the most similar ends meet. */
function joinChains(
  a: readonly number[],
  b: readonly number[],
  compare: (one: number, two: number) => number,
): number[] {
  const ways = [
    [a, b],
    [a, [...b].reverse()],
    [[...a].reverse(), b],
    [[...a].reverse(), [...b].reverse()],
  ] as const
  const meet = ([first, second]: (typeof ways)[number]): number =>
    compare(present(first.at(-1)), present(second.at(0)))
  return ways.reduce((best, way) => (meet(way) > meet(best) ? way : best)).flat()
}
