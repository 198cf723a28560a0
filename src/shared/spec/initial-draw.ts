import { present } from '../present'
import type { Initialisation } from './parameters'

/** How the first values of a weight are drawn. */
export interface WeightDraw {
  readonly distribution: 'Uniform' | 'Normal'
  /** Standard deviation of the normal, or half the width of the uniform around 0. */
  readonly spread: number
}

/**
 * The initialisations of section 3.1 for a weight of that shape (HWIO or `[in, out]`).
 *
 * - `paper`: N(0, variance 1e-2), read as it stands: sigma 0.1.
 * - `paper-sigma`: N(0, sigma 0.01), as many re-implementations read it.
 * - `glorot`: uniform within sqrt(6 / (fan in + fan out)) (Glorot & Bengio 2010, the footnote).
 * - `he`: N(0, variance 2 / fan in) (He et al. 2015), which keeps the signal through ReLUs.
 */
export function chooseDraw(scheme: Initialisation, shape: readonly number[]): WeightDraw {
  const outputs = present(shape[shape.length - 1])
  const inputs = present(shape[shape.length - 2])
  const positions = shape.slice(0, -2).reduce((product, size) => product * size, 1)
  const fanIn = positions * inputs
  const fanOut = positions * outputs
  switch (scheme) {
    case 'paper':
      return { distribution: 'Normal', spread: 0.1 }
    case 'paper-sigma':
      return { distribution: 'Normal', spread: 0.01 }
    case 'glorot':
      return { distribution: 'Uniform', spread: Math.sqrt(6 / (fanIn + fanOut)) }
    case 'he':
      return { distribution: 'Normal', spread: Math.sqrt(2 / fanIn) }
  }
}

/** Variance of the values that a draw gives. */
export function varianceOf({ distribution, spread }: WeightDraw): number {
  return distribution === 'Uniform' ? spread ** 2 / 3 : spread ** 2
}
