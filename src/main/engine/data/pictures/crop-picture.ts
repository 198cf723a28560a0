import type { RgbPicture } from '../types'

/** A square window into a picture. */
export interface PixelWindow {
  readonly left: number
  readonly top: number
  readonly side: number
  /** Mirrors the window left to right. */
  readonly flip: boolean
}

/**
 * Copies a square of a picture into a batch.
 * @param target - `[..., side, side, 3]`; written from `offset` on
 */
export function copyWindow(
  target: Uint8Array,
  offset: number,
  picture: RgbPicture,
  window: PixelWindow,
): void {
  const { left, top, side, flip } = window
  const { width, pixels } = picture
  const rowBytes = side * 3
  if (!flip && side === width) {
    // Whole rows lie one behind another.
    const from = top * rowBytes
    target.set(pixels.subarray(from, from + side * rowBytes), offset)
    return
  }
  const [to, source] = [viewOf(target), viewOf(pixels)]
  for (let row = 0; row < side; row++) {
    const from = ((top + row) * width + left) * 3
    if (flip) copyRowFlipped(to, offset + row * rowBytes, source, from, side)
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
