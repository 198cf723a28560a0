import { EigenvalueDecomposition } from 'ml-matrix'
import { itemAt } from '../../../../shared/present'
import type { ColourComponents } from '../../../../shared/spec'
import type { ColourSums } from './colour-statistics'

type Vector = ColourComponents['vectors'][number]

/** Mean RGB in 0..255, every pixel weighing the same. */
export function findMean({ pixels, sums }: ColourSums): [number, number, number] {
  const [r = 0, g = 0, b = 0] = sums
  return [r / pixels, g / pixels, b / pixels]
}

/** Principal components of the pixels' RGB (Krizhevsky 2012, section 4.1). */
export function findPrincipalComponents(total: ColourSums): ColourComponents {
  const [r, g, b] = findMean(total)
  const [rr = 0, rg = 0, rb = 0, gg = 0, gb = 0, bb = 0] = total.products
  const n = total.pixels
  const scale = 255 * 255
  const covariance = [
    [(rr / n - r * r) / scale, (rg / n - r * g) / scale, (rb / n - r * b) / scale],
    [(rg / n - r * g) / scale, (gg / n - g * g) / scale, (gb / n - g * b) / scale],
    [(rb / n - r * b) / scale, (gb / n - g * b) / scale, (bb / n - b * b) / scale],
  ]
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
