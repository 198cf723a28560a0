import { EigenvalueDecomposition } from 'ml-matrix'
import { itemAt } from '../../../../shared/present'
import type { ColourComponents } from '../../../../shared/spec'
import type { ColourSums } from './colour-statistics'

type Vector = ColourComponents['vectors'][number]

/** Where {@link ColourSums.products} has the product of two channels. */
const PRODUCT_AT = [
  [0, 1, 2],
  [1, 3, 4],
  [2, 4, 5],
]

/** Mean RGB in 0..255, every pixel weighing the same. */
export function findMean({ pixels, sums }: ColourSums): [number, number, number] {
  const mean = (channel: number): number => itemAt(sums, channel) / pixels
  return [mean(0), mean(1), mean(2)]
}

/** Principal components of the pixels' RGB (Krizhevsky 2012, section 4.1). */
export function findPrincipalComponents(total: ColourSums): ColourComponents {
  const mean = findMean(total)
  const scale = 255 * 255
  const covariance = PRODUCT_AT.map((row, i) =>
    row.map((at, j) => {
      const product = itemAt(total.products, at) / total.pixels
      return (product - itemAt(mean, i) * itemAt(mean, j)) / scale
    }),
  )
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  })
  const order = [0, 1, 2].sort((a, b) => itemAt(realEigenvalues, b) - itemAt(realEigenvalues, a))
  const component = (at: number): Vector => {
    const column = itemAt(order, at)
    const read = (row: number): number => eigenvectorMatrix.get(row, column)
    const [x, y, z] = [read(0), read(1), read(2)]
    // The sign of an eigenvector is arbitrary; brighter is forward.
    const sign = x + y + z < 0 ? -1 : 1
    return [sign * x, sign * y, sign * z]
  }
  const variance = (at: number): number => Math.max(0, itemAt(realEigenvalues, itemAt(order, at)))
  return {
    variances: [variance(0), variance(1), variance(2)],
    vectors: [component(0), component(1), component(2)],
  }
}
