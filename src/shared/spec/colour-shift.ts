import { present } from '../present'

/** Components of Krizhevsky's colour shift (2012, section 4.1), which section 3.1 takes over. */
export interface ColourComponents {
  /** Unit vectors in RGB, one a row. */
  readonly vectors: readonly (readonly [number, number, number])[]
  /** Variances along them (eigenvalues of the covariance), of RGB in 0..1, largest first. */
  readonly variances: readonly [number, number, number]
}

/** Standard deviation of the colour shift's factors (Krizhevsky 2012). */
export const COLOUR_DEVIATION = 0.1

/**
 * Krizhevsky's colour shift, to be added to RGB in 0..255: the components, each times its variance
 * and a draw from N(0, 0.1). The variances are those of RGB in 0..1; taken in 0..255 the formula
 * would shift by hundreds.
 */
export function findColourShift(
  { vectors, variances }: ColourComponents,
  alphas: readonly [number, number, number],
): [number, number, number] {
  const shift: [number, number, number] = [0, 0, 0]
  vectors.forEach((vector, component) => {
    const size = 255 * present(alphas[component]) * present(variances[component])
    shift[0] += size * vector[0]
    shift[1] += size * vector[1]
    shift[2] += size * vector[2]
  })
  return shift
}
