import { readdir, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ClearedCache, StoredFolder } from '../../../../shared/contract'
import { isFolderLocked } from '../../../files/folder-lock'
import { measureFolder } from '../../../files/measure-folder'
import { PACK_FILE, findCacheFolder } from './picture-cache'

/** Where the prepared pictures are, and how much they take. */
export async function measureCache(signal?: AbortSignal): Promise<StoredFolder> {
  const folder = findCacheFolder()
  const packs = await listPackFolders(folder)
  return { folder, bytes: await measureFolder(folder, signal), entries: packs.length }
}

/** Removes the prepared pictures, except those in use; nothing else in the folder is touched. */
export async function clearCache(signal?: AbortSignal): Promise<ClearedCache> {
  let freedBytes = 0
  let kept = 0
  for (const pack of await listPackFolders(findCacheFolder())) {
    signal?.throwIfAborted()
    if (isFolderLocked(pack)) {
      kept++
      continue
    }
    const bytes = await measureFolder(pack)
    await rm(pack, { recursive: true, force: true })
    freedBytes += bytes
  }
  return { freedBytes, kept }
}

/** Only what carries the mark of a pack is one. */
async function listPackFolders(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.map((name) => join(folder, name)).filter((path) => existsSync(join(path, PACK_FILE)))
}
