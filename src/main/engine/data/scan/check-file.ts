import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { describeFileError } from '../../../files/disk-errors'
import { CUT_JPEG, hasEndMarker, isWholeJpeg } from '../pictures/jpeg-end'
import { readPictureHeader, type PictureHeader } from '../pictures/picture-header'
import { describeUnfitSize } from '../pictures/picture-limits'

/** Enough for the header of nearly every file; a JPEG with a long profile needs more. */
const HEADER_BYTES = 4096
const LONG_HEADER_BYTES = 512 * 1024

/** Where nothing is of that name, or only its beginning. */
export const NO_SUCH_FILE = 'there is no such file'

/** Size and time of change of a file that begins like a picture. */
export interface CheckedFile {
  readonly bytes: number
  readonly modifiedMs: number
}

/** Reused, as below. */
const endBuffer = Buffer.allocUnsafeSlow(2)
/** Reused: a buffer for each of a million files is a second of its own. */
const headerBuffer = Buffer.allocUnsafeSlow(HEADER_BYTES)

/**
 * Looks at a file's header and end: what it is, or the reason why it is no picture that can be used.
 * Only a JPEG without an end marker is read whole. Other damage is found when a picture is decoded.
 *
 * In the caller's thread; `checkFiles` in `preparation/check-files.ts` spreads many over the workers.
 */
export function checkFile(path: string): CheckedFile | string {
  try {
    const file = openSync(path, 'r')
    try {
      const { size, mtimeMs } = fstatSync(file)
      const checked = { bytes: size, modifiedMs: mtimeMs }
      if (size === 0) return 'empty file (0 bytes)'
      for (const length of [HEADER_BYTES, LONG_HEADER_BYTES]) {
        const buffer = length === HEADER_BYTES ? headerBuffer : Buffer.alloc(length)
        const bytesRead = readSync(file, buffer, 0, length, 0)
        const reading = readPictureHeader(buffer.subarray(0, bytesRead))
        if (reading.kind === 'header') return findFlaw(file, size, reading.header) ?? checked
        if (reading.kind === 'other') return reading.reason
        if (bytesRead === size) return `cut off inside its ${reading.format} header`
      }
      // A header longer than that is for the decoder to judge.
      return checked
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return NO_SUCH_FILE
    return `can't be read: ${describeFileError(error)}`
  }
}

/** Why a picture can't be used although its header is in order, or null. */
function findFlaw(file: number, size: number, header: PictureHeader): string | null {
  const unfitSize = describeUnfitSize(header)
  if (unfitSize !== null || header.format !== 'JPEG') return unfitSize
  readSync(file, endBuffer, 0, endBuffer.length, size - endBuffer.length)
  if (hasEndMarker(endBuffer)) return null
  return isWholeJpeg(readFileSync(file)) ? null : CUT_JPEG
}
