import { copyWindow } from '../pictures/crop-picture'
import { scaleToSmallestSide } from '../pictures/decode-picture'
import type { AugmentationDraw } from '../sampling/draw-augmentation'
import { resampleWindow } from '../pictures/resample-window'
import type { RgbPicture } from '../types'

/** A crop as it was cut: the rescaled picture's size and the window in it, in its pixels. */
export interface CutCrop {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly top: number
}

/**
 * Writes the crop that was drawn for a picture (section 3.1).
 * @param target - `[..., inputSize, inputSize, 3]`; written from `offset` on
 * @param options.smallestSide - S at which `picture` is there; the draw's S is not above it
 */
export function cutCrop(
  target: Uint8Array,
  offset: number,
  picture: RgbPicture,
  options: {
    readonly draw: AugmentationDraw
    readonly inputSize: number
    readonly smallestSide: number
  },
): CutCrop {
  const { draw, inputSize: side, smallestSide } = options
  const isStored = draw.scale === smallestSide
  const sized = isStored ? picture : scaleToSmallestSide(picture.width, picture.height, draw.scale)
  const room = { x: sized.width - side, y: sized.height - side }
  const left = draw.place ? Math.floor(draw.place.x * (room.x + 1)) : room.x >> 1
  const top = draw.place ? Math.floor(draw.place.y * (room.y + 1)) : room.y >> 1
  const window = { left, top, flip: draw.flip }
  if (isStored) copyWindow(target, offset, picture, { ...window, width: side, height: side })
  else resampleWindow(target, offset, picture, sized, { ...window, side })
  return { width: sized.width, height: sized.height, left, top }
}
