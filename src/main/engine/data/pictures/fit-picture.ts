import { LabError } from '../../../../shared/contract'
import { decodePicture } from './decode-picture'
import type { FitOptions, RgbPicture } from '../types'

/** A picture as the network takes it, and the size of what it was made from. */
export interface FittedPicture {
  /** `[inputSize, inputSize, 3]`. */
  readonly picture: RgbPicture
  /** Size of the file's picture, orientation applied. */
  readonly source: { readonly width: number; readonly height: number }
}

/**
 * Makes a network's input of a picture file: smallest side Q, then the centre crop (section 3.2's
 * single crop; validation during training does the same).
 *
 * @throws LabError `not-found`, `unreadable`, or `bad-input` when Q is smaller than the crop
 */
export async function fitPicture(path: string, options: FitOptions): Promise<FittedPicture> {
  const { inputSize, smallestSide } = options
  if (!(smallestSide >= inputSize)) {
    throw new LabError(
      'bad-input',
      `The smallest side must be at least the input size ${inputSize} px; got ${smallestSide}.`,
    )
  }
  const decoded = await decodePicture(path, { smallestSide })
  return {
    picture: cropCentre(decoded, inputSize),
    source: { width: decoded.sourceWidth, height: decoded.sourceHeight },
  }
}

/** The middle `side` x `side` of a picture that is at least that large. */
export function cropCentre(picture: RgbPicture, side: number): RgbPicture {
  const left = (picture.width - side) >> 1
  const top = (picture.height - side) >> 1
  const pixels = new Uint8Array(side * side * 3)
  for (let row = 0; row < side; row++) {
    const from = ((top + row) * picture.width + left) * 3
    pixels.set(picture.pixels.subarray(from, from + side * 3), row * side * 3)
  }
  return { width: side, height: side, pixels }
}
