import { readdir, stat } from 'node:fs/promises'
import { sep } from 'node:path'

/** An entry whose name is no UTF-8, which no path of ours leads to. */
export interface RawEntry {
  /** As it can be shown: the bytes that are no characters stand as `\xe9`. */
  readonly shown: string
  readonly isFolder: boolean
}

/**
 * The entries of a folder whose names are not UTF-8. Node replaces what it cannot decode, so such a
 * name leads nowhere, and two of them may read alike.
 * @throws the file system's error
 */
export async function listRawEntries(path: string): Promise<RawEntry[]> {
  const raw = (await readdir(path, { encoding: 'buffer' })).filter((name) => !isUtf8(name))
  return Promise.all(
    raw.map(async (name) => {
      const whole = Buffer.concat([Buffer.from(path + sep), name])
      const isFolder = await stat(whole).then(
        (found) => found.isDirectory(),
        () => false,
      )
      return { shown: showBytes(name), isFolder }
    }),
  )
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8')).equals(bytes)
}

/** What is text as text, every other byte as `\xe9`. */
function showBytes(bytes: Buffer): string {
  let shown = ''
  for (let at = 0; at < bytes.length;) {
    const character = [1, 2, 3, 4]
      .map((length) => bytes.subarray(at, at + length))
      .find((some) => isUtf8(some))
    shown += character?.toString('utf8') ?? `\\x${bytes.toString('hex', at, at + 1)}`
    at += character?.length ?? 1
  }
  return shown
}
