import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Forces a folder's entries to the disk, so that a rename in it outlives a crash. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its file system journals renames by itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a file by a callback and forces it to the disk before it is closed. */
export async function writeDurably(
  path: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, 'w')
  try {
    await write(file)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Replaces a file as a whole: written beside, forced to the disk, renamed. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.tmp`
  try {
    await writeDurably(beside, (file) => file.writeFile(text, 'utf8'))
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}
