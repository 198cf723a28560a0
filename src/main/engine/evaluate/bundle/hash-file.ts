import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'

/** Pictures that are read at a time. */
export const FILES_AT_ONCE = 8

/** Size and SHA-256 of a file; null where there is none. */
export async function hashFile(
  path: string,
): Promise<{ readonly bytes: number; readonly sha256: string } | null> {
  const facts = await stat(path).catch(() => null)
  if (facts?.isFile() !== true) return null
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { bytes, sha256: hash.digest('hex') }
}
