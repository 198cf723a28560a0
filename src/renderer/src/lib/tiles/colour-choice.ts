import type { ColourScale } from '../../../../shared/colour-maps'

/** `automatic`: viridis, or diverging for values of both signs. */
export const PALETTES = ['automatic', 'viridis', 'grey', 'diverging'] as const
export type Palette = (typeof PALETTES)[number]

/** What a person chose of the colours of maps. */
export interface ColourChoice {
  readonly palette: Palette
  /** Exponent of the colours: below 1 lightens small values. */
  readonly gamma: number
}

/**
 * Whether colours are centred on zero.
 * @param isSigned - whether the values have both signs
 */
export function isCentred({ palette }: ColourChoice, isSigned: boolean): boolean {
  return palette === 'automatic' ? isSigned : palette === 'diverging'
}

/** A scale in the colours that were chosen. */
export function chooseLook(scale: ColourScale, { palette, gamma }: ColourChoice): ColourScale {
  if (gamma === 1 && palette !== 'grey') return scale
  return { ...scale, look: { palette: palette === 'grey' ? palette : 'viridis', gamma } }
}
