import type { TensorSums } from '../../network/layer-sums'

/** Standard deviation of the values that were summed; Infinity where their squares leave float32. */
export function deviationOf({ count, sum, sumOfSquares }: TensorSums): number {
  const mean = sum / count
  const variance = sumOfSquares / count - mean * mean
  if (Number.isNaN(variance)) return Infinity
  // Rounding may leave a little below 0 where all values are alike.
  return Math.sqrt(Math.max(0, variance))
}

/** Sums over two tensors' values together. */
export function addTensorSums(a: TensorSums, b: TensorSums): TensorSums {
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    sumOfSquares: a.sumOfSquares + b.sumOfSquares,
  }
}
