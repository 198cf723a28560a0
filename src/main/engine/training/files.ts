import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LabError } from '../../../shared/contract'

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

const DISK_REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'there is no permission to write',
  EPERM: 'there is no permission to write',
  EROFS: 'the file system is read-only',
  EIO: 'the disk reports an error',
  EFBIG: 'the file would be larger than the file system or the process allows',
  ENOENT: 'the folder is gone',
  ENOTDIR: 'a part of the path is not a folder',
  EMFILE: 'too many files are open',
}

/** Turns a system error of writing into one line; anything else stays what it is. */
export function explainDiskError(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  const reason = typeof code === 'string' ? DISK_REASONS[code] : undefined
  if (reason === undefined) return error
  return new LabError(
    'disk',
    `Expected to write into ${folder}; ${reason} (${String(code)}).`,
    'Free some space or choose another folder; finished checkpoints stay, and the run can be continued.',
  )
}
