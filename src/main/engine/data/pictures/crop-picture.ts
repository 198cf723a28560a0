import type { RgbPicture } from '../types'

/** A square window into a picture. */
export interface PixelWindow {
  readonly left: number
  readonly top: number
  readonly side: number
  /** Mirrors the window left to right. */
  readonly flip: boolean
}

/** A window of any shape. */
export type PixelRectangle = Omit<PixelWindow, 'side'> & {
  readonly width: number
  readonly height: number
}

/**
 * Copies a rectangle of a picture into a batch.
 * @param target - `[..., height, width, 3]`; written from `offset` on
 */
export function copyWindow(
  target: Uint8Array,
  offset: number,
  picture: RgbPicture,
  window: PixelRectangle,
): void {
  const { left, top, width, height, flip } = window
  const { pixels } = picture
  const rowBytes = width * 3
  if (!flip && width === picture.width) {
    // Whole rows lie one behind another.
    const from = top * rowBytes
    target.set(pixels.subarray(from, from + height * rowBytes), offset)
    return
  }
  const [to, source] = [viewOf(target), viewOf(pixels)]
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * picture.width + left) * 3
    if (flip) copyRowFlipped(to, offset + row * rowBytes, source, from, width)
    else target.set(pixels.subarray(from, from + rowBytes), offset + row * rowBytes)
  }
}

/** Pixels from the last to the first, a word at a time: what it holds too much is written over. */
function copyRowFlipped(
  target: DataView,
  offset: number,
  pixels: DataView,
  from: number,
  count: number,
): void {
  const last = offset + (count - 1) * 3
  for (let to = offset, at = from + (count - 1) * 3; to < last; to += 3, at -= 3) {
    target.setUint32(to, pixels.getUint32(at - 1, true) >>> 8, true)
  }
  for (let channel = 0; channel < 3; channel++) {
    target.setUint8(last + channel, pixels.getUint8(from + channel))
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
