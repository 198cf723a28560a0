import { MissingData } from './jpeg-bits'
import { MARKER, readJpegSegments } from './jpeg-segments'
import { JpegWalk } from './jpeg-walk'

/** Why a cut JPEG is left out. */
export const CUT_JPEG = 'cut off: its data end before the last pixel'

/**
 * Whether a JPEG has the data of all its pixels.
 *
 * The decoder fills what is missing with grey and does not say so. Nearly every whole file ends with
 * the end marker, and is believed then. Another one is read through: it is whole if other bytes stand
 * behind its end marker (a second picture, a camera's trailer), or if only the marker is missing.
 *
 * Zeros at the end do not count: a download that broke off may have its full length already.
 */
export function isWholeJpeg(bytes: Buffer): boolean {
  if (hasEndMarker(bytes)) return true
  const data = dropPadding(bytes)
  if (hasEndMarker(data)) return true
  const { segments, stop } = readJpegSegments(data)
  if (stop !== 'scan') return stop === 'end marker'
  try {
    return new JpegWalk(segments).isComplete()
  } catch (error) {
    if (error instanceof MissingData) return false
    throw error
  }
}

/** Whether the last two of these bytes are a JPEG's end marker. */
export function hasEndMarker(bytes: Buffer): boolean {
  return bytes.at(-2) === 0xff && bytes.at(-1) === MARKER.end
}

function dropPadding(bytes: Buffer): Buffer {
  let length = bytes.length
  while (length > 0 && bytes[length - 1] === 0) length--
  // A byte of 255 in the data is written with a zero behind it; without one it begins a marker.
  if (bytes[length - 1] === 0xff && length < bytes.length) return bytes.subarray(0, length + 1)
  while (length > 0 && bytes[length - 1] === 0xff) length--
  return bytes.subarray(0, length)
}
