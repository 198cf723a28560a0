import type { ColourComponents } from '../../../../shared/spec'
import { present } from '../../../../shared/present'

/**
 * Sums over pixels, from which mean and covariance follow. Everything is added up as whole numbers
 * below 2^53, so the result is exact and does not depend on the order.
 */
export interface ColourSums {
  pixels: number
  /** R, G, B. */
  readonly sums: Float64Array
  /** RR, RG, RB, GG, GB, BB. */
  readonly products: Float64Array
}

export function createColourSums(): ColourSums {
  return { pixels: 0, sums: new Float64Array(3), products: new Float64Array(6) }
}

/** Adds a picture's `[..., 3]` RGB bytes. */
export function addColours(total: ColourSums, rgb: Uint8Array): void {
  let r = 0
  let g = 0
  let b = 0
  let rr = 0
  let rg = 0
  let rb = 0
  let gg = 0
  let gb = 0
  let bb = 0
  for (let at = 0; at + 2 < rgb.length; at += 3) {
    const red = present(rgb[at])
    const green = present(rgb[at + 1])
    const blue = present(rgb[at + 2])
    r += red
    g += green
    b += blue
    rr += red * red
    rg += red * green
    rb += red * blue
    gg += green * green
    gb += green * blue
    bb += blue * blue
  }
  total.pixels += Math.floor(rgb.length / 3)
  const sums = [r, g, b]
  const products = [rr, rg, rb, gg, gb, bb]
  sums.forEach((sum, i) => (total.sums[i] = present(total.sums[i]) + sum))
  products.forEach((sum, i) => (total.products[i] = present(total.products[i]) + sum))
}

/** Adds other sums. */
export function addSums(total: ColourSums, { pixels, sums, products }: ColourSums): void {
  total.pixels += pixels
  sums.forEach((sum, i) => (total.sums[i] = present(total.sums[i]) + sum))
  products.forEach((sum, i) => (total.products[i] = present(total.products[i]) + sum))
}

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
  const { values, vectors } = diagonalise(covariance)
  const order = [0, 1, 2].sort((a, b) => present(values[b]) - present(values[a]))
  const variance = (at: number): number => Math.max(0, present(values[present(order[at])]))
  return {
    variances: [variance(0), variance(1), variance(2)],
    vectors: order.map((column) => {
      const [x = 0, y = 0, z = 0] = vectors.map((row) => present(row[column]))
      // The sign of an eigenvector is arbitrary; brighter is forward.
      const sign = x + y + z < 0 ? -1 : 1
      return [sign * x, sign * y, sign * z] as const
    }),
  }
}

/** Jacobi's rotations for a symmetric 3x3 matrix; eigenvectors are the columns of `vectors`. */
function diagonalise(matrix: number[][]): { values: number[]; vectors: number[][] } {
  const a = matrix.map((row) => row.slice())
  const vectors = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]
  const at = (m: number[][], i: number, j: number): number => m[i]?.[j] ?? 0
  const put = (m: number[][], i: number, j: number, value: number): void => {
    const row = m[i]
    if (row !== undefined) row[j] = value
  }
  for (let sweep = 0; sweep < 32; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      if (at(a, p, q) === 0) continue
      const angle = 0.5 * Math.atan2(2 * at(a, p, q), at(a, q, q) - at(a, p, p))
      const c = Math.cos(angle)
      const s = Math.sin(angle)
      for (let k = 0; k < 3; k++) {
        const [kp, kq] = [at(a, k, p), at(a, k, q)]
        put(a, k, p, c * kp - s * kq)
        put(a, k, q, s * kp + c * kq)
      }
      for (let k = 0; k < 3; k++) {
        const [pk, qk] = [at(a, p, k), at(a, q, k)]
        put(a, p, k, c * pk - s * qk)
        put(a, q, k, s * pk + c * qk)
        const [vp, vq] = [at(vectors, k, p), at(vectors, k, q)]
        put(vectors, k, p, c * vp - s * vq)
        put(vectors, k, q, s * vp + c * vq)
      }
    }
  }
  return { values: [at(a, 0, 0), at(a, 1, 1), at(a, 2, 2)], vectors }
}
