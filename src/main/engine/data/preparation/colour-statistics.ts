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
export function addColourSums(total: ColourSums, { pixels, sums, products }: ColourSums): void {
  total.pixels += pixels
  sums.forEach((sum, i) => (total.sums[i] = present(total.sums[i]) + sum))
  products.forEach((sum, i) => (total.products[i] = present(total.products[i]) + sum))
}
