import { open } from 'node:fs/promises'
import { readPictureHeader } from './picture-header'

/** Enough for the header of nearly every file; a JPEG with a long profile needs more. */
const HEADER_BYTES = 4096
const LONG_HEADER_BYTES = 512 * 1024

/** Size and time of change of a file that begins like a picture. */
export interface CheckedFile {
  readonly bytes: number
  readonly modifiedMs: number
}

/** Looks at a file's header: what it is, or the reason why it is no picture. */
export async function checkFile(path: string): Promise<CheckedFile | string> {
  try {
    const handle = await open(path)
    try {
      const { size, mtimeMs } = await handle.stat()
      const checked = { bytes: size, modifiedMs: mtimeMs }
      if (size === 0) return 'empty file (0 bytes)'
      for (const length of [HEADER_BYTES, LONG_HEADER_BYTES]) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0)
        const reading = readPictureHeader(buffer.subarray(0, bytesRead))
        if (reading.kind === 'header') return checked
        if (reading.kind === 'other') return reading.reason
        if (bytesRead === size) return `cut off inside its ${reading.format} header`
      }
      // A header longer than that is for the decoder to judge.
      return checked
    } finally {
      await handle.close()
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'EACCES' ? "can't be read: permission denied" : `can't be read: ${message}`
  }
}
