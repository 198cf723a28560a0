import type { RgbPicture } from './types'

/** A square window into a picture. */
export interface Window {
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
  window: Window,
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
  for (let row = 0; row < side; row++) {
    const from = ((top + row) * width + left) * 3
    if (flip) copyRowFlipped(target, offset + row * rowBytes, pixels, from, side)
    else target.set(pixels.subarray(from, from + rowBytes), offset + row * rowBytes)
  }
}

function copyRowFlipped(
  target: Uint8Array,
  offset: number,
  pixels: Uint8Array,
  from: number,
  count: number,
): void {
  const end = offset + count * 3
  for (let to = offset, at = from + (count - 1) * 3; to < end; to += 3, at -= 3) {
    target[to] = pixels[at] ?? 0
    target[to + 1] = pixels[at + 1] ?? 0
    target[to + 2] = pixels[at + 2] ?? 0
  }
}
