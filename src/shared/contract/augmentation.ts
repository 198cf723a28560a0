import type { ColourComponents } from '../spec'

/** Colours of the training pictures, each pixel weighing the same (section 3.1). */
export interface DatasetColours {
  /** Pictures that were measured. */
  readonly pictures: number
  readonly pixels: number
  /** S that they were measured at, in pixels. */
  readonly smallestSide: number
  /** Mean RGB, 0..255. */
  readonly mean: readonly [number, number, number]
  readonly components: ColourComponents
}

/** What training makes of a picture in one epoch, and what was drawn for it. */
export interface AugmentedSample {
  readonly epoch: number
  /** Smallest side S, in pixels. */
  readonly scale: number
  /** Size of the picture at S. */
  readonly width: number
  readonly height: number
  /** First column and row of the crop in it. */
  readonly left: number
  readonly top: number
  readonly flip: boolean
  /** Added to RGB in 0..255. */
  readonly shift: readonly [number, number, number]
  /** `[inputSize, inputSize, 3]` RGB bytes with the shift, cut to 0..255. */
  readonly pixels: Uint8Array
}

/** What the network sees of a picture in a row of epochs. */
export interface AugmentationPreview {
  readonly inputSize: number
  /** Size of the file's picture, orientation applied. */
  readonly sourceWidth: number
  readonly sourceHeight: number
  readonly samples: readonly AugmentedSample[]
}
