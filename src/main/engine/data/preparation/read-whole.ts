import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { describeFileError } from '../../../files/disk-errors'

/** A file's content, with its size and time of change. */
export interface WholeFile {
  readonly buffer: Buffer
  readonly bytes: number
  readonly modifiedMs: number
}

/** @throws the file system's error */
export function readWhole(path: string): WholeFile {
  const file = openSync(path, 'r')
  try {
    const { size, mtimeMs } = fstatSync(file)
    const buffer = Buffer.allocUnsafeSlow(size)
    let length = 0
    while (length < size) {
      const count = readSync(file, buffer, length, size - length, null)
      if (count === 0) throw new Error('it changed while it was read')
      length += count
    }
    return { buffer, bytes: size, modifiedMs: mtimeMs }
  } finally {
    closeSync(file)
  }
}

/** Why {@link readWhole} failed, in words that go on a sentence. */
export function tellLost(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'the file is gone'
  return `it can't be read: ${describeFileError(error)}`
}
