import type { DatasetColours } from '../../../../shared/contract'
import type { ColourSums } from './colour-statistics'
import { findMean, findPrincipalComponents } from './principal-colours'
import { findKeptColours } from './pack'
import { findPictureCache } from './picture-cache'
import type { Dataset, Split } from '../types'

/** Mean and components from the sums over a number of pictures at S. */
export function describeColours(
  sums: ColourSums,
  pictures: number,
  smallestSide: number,
): DatasetColours {
  return {
    pictures,
    pixels: sums.pixels,
    smallestSide,
    mean: findMean(sums),
    components: findPrincipalComponents(sums),
  }
}

/** Colours of the training pictures where an earlier measurement left them; null otherwise. */
export function findKnownColours(
  dataset: Dataset,
  { train }: Split,
  smallestSide: number,
): DatasetColours | null {
  const sums = findKeptColours(findPictureCache(), dataset, train, smallestSide)
  // They are kept only where every picture could be read.
  return sums === null ? null : describeColours(sums, train.length, smallestSide)
}
