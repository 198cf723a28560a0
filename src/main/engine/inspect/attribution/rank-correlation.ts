import { present } from '../../../../shared/present'

/**
 * Spearman's rank correlation; equal values share the mean of their ranks.
 * @returns -1..1, or null where either has one value only
 */
export function correlateRanks(a: Float32Array, b: Float32Array): number | null {
  const [ranksA, ranksB] = [rank(a), rank(b)]
  const mean = (a.length - 1) / 2
  let product = 0
  let squaresA = 0
  let squaresB = 0
  ranksA.forEach((rankA, index) => {
    const [fromA, fromB] = [rankA - mean, present(ranksB[index]) - mean]
    product += fromA * fromB
    squaresA += fromA ** 2
    squaresB += fromB ** 2
  })
  if (squaresA === 0 || squaresB === 0) return null
  return product / Math.sqrt(squaresA * squaresB)
}

/** Ranks from 0, the smallest first. */
function rank(values: Float32Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort(
    (a, b) => present(values[a]) - present(values[b]),
  )
  const ranks = new Float64Array(values.length)
  for (let first = 0; first < order.length;) {
    let next = first + 1
    while (next < order.length && values[present(order[next])] === values[present(order[first])])
      next++
    for (let at = first; at < next; at++) ranks[present(order[at])] = (first + next - 1) / 2
    first = next
  }
  return ranks
}
