import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that are asked for their size together. */
const AT_ONCE = 64

/**
 * Bytes of all files inside a folder, however deep; links are not followed. What vanishes meanwhile, or
 * cannot be read, counts nothing. The files are read in libuv's threads.
 * @throws the signal's reason when it is aborted
 */
export async function measureFolder(folder: string, signal?: AbortSignal): Promise<number> {
  let bytes = 0
  const folders = [folder]
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const inside = next
    const entries = await readdir(inside, { withFileTypes: true }).catch(() => [])
    for (let start = 0; start < entries.length; start += AT_ONCE) {
      signal?.throwIfAborted()
      const sizes = await Promise.all(
        entries.slice(start, start + AT_ONCE).map(async (entry) => {
          const path = join(inside, entry.name)
          if (entry.isDirectory()) {
            folders.push(path)
            return 0
          }
          return lstat(path).then(
            ({ size }) => size,
            () => 0,
          )
        }),
      )
      bytes += sizes.reduce((sum, size) => sum + size, 0)
    }
  }
  return bytes
}
