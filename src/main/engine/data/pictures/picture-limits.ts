import type { PictureHeader } from './picture-header'

/** Beyond this a file is a mistake or a trap: decoding it would take over a gigabyte. */
export const MAX_PIXELS = 2 ** 28
/**
 * How many times as long as wide a picture may be. With the smallest side of 256, a strip of 1 x 4000
 * would become 256 x 1,024,000: 786 MB, of which the network would see a square.
 */
const MAX_RATIO = 500

/** Why a picture of this size is not decoded, or null. */
export function describeUnfitSize({
  width,
  height,
}: Pick<PictureHeader, 'width' | 'height'>): string | null {
  if (width * height > MAX_PIXELS) {
    return `too large: ${width}x${height} pixels; at most ${MAX_PIXELS} are decoded`
  }
  if (Math.max(width, height) > MAX_RATIO * Math.min(width, height)) {
    return `too long and thin: ${width}x${height} pixels; one side may be at most ${MAX_RATIO} times the other`
  }
  return null
}
