import { COLOUR_DEVIATION } from '../../../../shared/spec'
import { keyedRandom } from '../../random'
import type { BatchOptions } from '../types'

/** What chance decided for one picture in one epoch. */
export interface AugmentationDraw {
  /** Smallest side S of the picture, in pixels. */
  readonly scale: number
  /** Place of the crop between the edges, [0, 1) from left and top; null for the centre. */
  readonly place: { readonly x: number; readonly y: number } | null
  readonly flip: boolean
  /** Factors of the principal components; zeros without the colour shift. */
  readonly alphas: readonly [number, number, number]
}

/**
 * Draws a picture's augmentation (section 3.1): S from the range, one random crop, a flip, one
 * colour shift. All draws are always made, so switching one off leaves the others as they were.
 *
 * @param picture - index into the data set's files
 * @param occurrence - how many times the epoch has shown it before
 */
export function drawAugmentation(
  options: Pick<BatchOptions, 'augment' | 'scale' | 'seed'>,
  epoch: number,
  picture: number,
  occurrence = 0,
): AugmentationDraw {
  const { augment, scale, seed } = options
  const again = occurrence === 0 ? [] : [occurrence]
  const random = keyedRandom('augmentation', seed, epoch, picture, ...again)
  const side = scale.min + random.below(scale.max - scale.min + 1)
  const place = { x: random.uniform(), y: random.uniform() }
  const flip = random.uniform() < 0.5
  const drawAlpha = (): number => COLOUR_DEVIATION * random.normal()
  const alphas = [drawAlpha(), drawAlpha(), drawAlpha()] as const
  return {
    scale: side,
    place: augment.includes('crop') ? place : null,
    flip: flip && augment.includes('flip'),
    alphas: augment.includes('color') ? alphas : [0, 0, 0],
  }
}
