import { open } from 'node:fs/promises'
import { readPictureHeader } from './picture-header'

/** Enough for the header of nearly every file; a JPEG with a long profile needs more. */
const HEADER_BYTES = 4096
const LONG_HEADER_BYTES = 512 * 1024

/** The file's size in bytes, or the reason why it is no picture. */
export async function checkFile(path: string): Promise<number | string> {
  try {
    const handle = await open(path)
    try {
      const { size } = await handle.stat()
      if (size === 0) return 'empty file (0 bytes)'
      for (const length of [HEADER_BYTES, LONG_HEADER_BYTES]) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0)
        const reading = readPictureHeader(buffer.subarray(0, bytesRead))
        if (reading.kind === 'header') return size
        if (reading.kind === 'other') return reading.reason
        if (bytesRead === size) return `cut off inside its ${reading.format} header`
      }
      // A header longer than that is for the decoder to judge.
      return size
    } finally {
      await handle.close()
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'EACCES' ? "can't be read: permission denied" : `can't be read: ${message}`
  }
}
