import {
  LabError,
  type AugmentationPreview,
  type AugmentedSample,
} from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import {
  findColourShift,
  type AugmentationSettings,
  type ColourComponents,
} from '../../../../shared/spec'
import { checkSizes } from './check-sizes'
import { decodePicture } from '../pictures/decode-picture'
import { drawAugmentation } from './draw-augmentation'
import { cutCrop } from '../preparation/cut-crop'

/** Which samples of a picture are made. */
export interface PreviewRequest {
  /** Absolute. */
  readonly path: string
  /** Index into the data set's files: it keys the draws. */
  readonly picture: number
  readonly settings: AugmentationSettings
  /** Of the training pictures; only the colour shift needs them. */
  readonly components: ColourComponents | null
  readonly firstEpoch: number
  /** Samples, one for each epoch. */
  readonly count: number
}

/**
 * Makes of a picture what training makes of it in a row of epochs (section 3.1), by the same draws
 * and the same crops. The colour shift, which training adds inside its graph, is added here and
 * rounded to bytes, for the screen.
 * @throws LabError `bad-input`, `not-found`, `unreadable`
 */
export async function previewAugmentation(request: PreviewRequest): Promise<AugmentationPreview> {
  const { path, picture, settings, components, firstEpoch, count } = request
  const { inputSize, scale, augment } = settings
  checkSizes(settings)
  if (augment.includes('color') && components === null) {
    throw new LabError(
      'bad-input',
      'Expected the principal components of the training pictures, for the colour shift; got none.',
      'Measure the colours first.',
    )
  }
  const smallestSide = scale.max
  const decoded = await decodePicture(path, { smallestSide })
  const samples = Array.from({ length: count }, (_, at): AugmentedSample => {
    const epoch = firstEpoch + at
    const draw = drawAugmentation(settings, epoch, picture)
    const pixels = new Uint8Array(inputSize * inputSize * 3)
    const crop = cutCrop(pixels, 0, decoded, { draw, inputSize, smallestSide })
    const shift = components === null ? NO_SHIFT : findColourShift(components, draw.alphas)
    addShift(pixels, shift)
    return { epoch, scale: draw.scale, ...crop, flip: draw.flip, shift, pixels }
  })
  return {
    inputSize,
    sourceWidth: decoded.sourceWidth,
    sourceHeight: decoded.sourceHeight,
    samples,
  }
}

const NO_SHIFT: readonly [number, number, number] = [0, 0, 0]

/** Adds a colour shift to RGB bytes, cut to what a byte holds. */
function addShift(pixels: Uint8Array, shift: readonly [number, number, number]): void {
  shift.forEach((value, channel) => {
    const shifted = Uint8ClampedArray.from({ length: 256 }, (_, byte) => byte + value)
    for (let at = channel; at < pixels.length; at += 3) {
      pixels[at] = present(shifted[present(pixels[at])])
    }
  })
}
