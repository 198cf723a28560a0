import { createHash } from 'node:crypto'
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { engineSettings } from '../../tensorflow'
import { isFolderLocked } from '../../../files/folder-lock'

/** Says what a pack holds; its time is that of the pack's last use. */
export const PACK_FILE = 'pack.json'

/** Where prepared pictures are kept, and how much of them. */
export interface PictureCache {
  /** Absolute path. */
  readonly folder: string
  readonly limitBytes: number
}

/** The cache of this machine's user, or null where the settings allow it no room. */
export function findPictureCache(): PictureCache | null {
  const limitBytes = engineSettings().cacheGb * 1e9
  return limitBytes === 0 ? null : { folder: findCacheFolder(), limitBytes }
}

/** Where the system wants files that may be made again. */
export function findCacheFolder(): string {
  const { VGG_LAB_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (VGG_LAB_CACHE) return VGG_LAB_CACHE
  if (process.platform === 'win32') {
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'VGG Lab', 'pictures')
  }
  if (process.platform === 'darwin') {
    return join(homedir(), 'Library', 'Caches', 'VGG Lab', 'pictures')
  }
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vgg-lab', 'pictures')
}

/** Folder of the pack that holds the pictures of a data folder, or of a list, at one size. */
export function findPackFolder(cache: PictureCache, source: string, smallestSide: number): string {
  const key = createHash('sha256').update(`${smallestSide}\n${source}`).digest('hex')
  return join(cache.folder, key.slice(0, 24))
}

/** Marks a pack as used now. */
export function touchPack(packFolder: string): void {
  const now = new Date()
  utimesSync(join(packFolder, PACK_FILE), now, now)
}

/**
 * Removes packs that nobody uses, the least recently used first, until `wantedBytes` more fit
 * beside what stays.
 * @returns bytes that the pack `own` may have in all
 */
export function makeRoom(cache: PictureCache, own: string, wantedBytes: number): number {
  const others = listPacks(cache).filter(({ folder }) => folder !== own)
  let othersBytes = others.reduce((sum, { bytes }) => sum + bytes, 0)
  others.sort((a, b) => a.usedMs - b.usedMs)
  for (const { folder, bytes } of others) {
    if (othersBytes + wantedBytes <= cache.limitBytes) break
    if (isFolderLocked(folder)) continue
    rmSync(folder, { recursive: true, force: true })
    othersBytes -= bytes
  }
  return cache.limitBytes - othersBytes
}

/** Bytes of a pack's files. */
export function sumBytes(packFolder: string): number {
  let sum = 0
  for (const name of readdirSync(packFolder)) sum += statSync(join(packFolder, name)).size
  return sum
}

function listPacks(
  cache: PictureCache,
): { readonly folder: string; readonly bytes: number; readonly usedMs: number }[] {
  return readdirSync(cache.folder).flatMap((name) => {
    const folder = join(cache.folder, name)
    try {
      // Only what carries the mark of a pack is ever removed.
      return [
        { folder, bytes: sumBytes(folder), usedMs: statSync(join(folder, PACK_FILE)).mtimeMs },
      ]
    } catch {
      return []
    }
  })
}
