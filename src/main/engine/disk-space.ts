import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DiskReport } from '../../shared/contract'

/**
 * Space that a person's files may still take where a folder is, or will be made.
 * @throws the error of the file system where it tells of no folder above it either
 */
export async function readDisk(folder: string): Promise<DiskReport> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at)
      return { availableBytes: bavail * bsize }
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (!isMissing || dirname(at) === at) throw error
    }
  }
}
