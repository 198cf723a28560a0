import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SkippedFile } from '../../../../shared/contract'
import { describeFileError } from '../../../files/disk-errors'
import { listRawEntries } from './raw-names'

/** An entry of a folder, links followed. */
export interface FolderEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'other'
  /** The reason why it is not looked into, or null. */
  readonly hidden: string | null
  /** What is wrong with an entry of kind `other`. */
  readonly problem: string
}

/** What systems leave in folders of pictures. */
const SYSTEM_NAMES = new Set(['thumbs.db', 'desktop.ini', '__macosx', '@eadir', '$recycle.bin'])

/** Why an entry is not looked into whose name no path leads to. */
export const NOT_UTF8 = 'its name is not UTF-8; rename it'
/** What Node puts in place of bytes that are no UTF-8; a name may also really hold it. */
const REPLACEMENT = '\uFFFD'

/**
 * The entries of a folder, sorted by name, so that nothing depends on the file system's order.
 * @throws the file system's error
 */
export async function listEntries(path: string): Promise<FolderEntry[]> {
  const entries = await readdir(path, { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const listed: FolderEntry[] = []
  if (entries.some(({ name }) => name.includes(REPLACEMENT))) {
    for (const { shown, isFolder } of await listRawEntries(path)) {
      const kind = isFolder ? 'folder' : 'file'
      listed.push({ name: shown, kind, problem: '', hidden: NOT_UTF8 })
    }
  }
  for (const entry of entries) {
    if (entry.name.includes(REPLACEMENT) && !(await exists(join(path, entry.name)))) continue
    let kind: FolderEntry['kind'] = entry.isDirectory() ? 'folder' : 'file'
    let problem = ''
    if (!entry.isDirectory() && !entry.isFile()) {
      ;({ kind, problem } = await followLink(join(path, entry.name)))
    }
    listed.push({ name: entry.name, kind, problem, hidden: tellHidden(entry.name, kind) })
  }
  return listed
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

/** Links and, on some network drives, entries of a kind that the listing doesn't tell. */
async function followLink(path: string): Promise<{ kind: FolderEntry['kind']; problem: string }> {
  try {
    const target = await stat(path)
    if (target.isDirectory()) return { kind: 'folder', problem: '' }
    if (target.isFile()) return { kind: 'file', problem: '' }
    return { kind: 'other', problem: 'neither a file nor a folder' }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const problem =
      code === 'ENOENT'
        ? 'broken link'
        : code === 'ELOOP'
          ? 'link that points back to itself'
          : `can't be read: ${describeFileError(error)}`
    return { kind: 'other', problem }
  }
}

function tellHidden(name: string, kind: FolderEntry['kind']): string | null {
  const word = kind === 'folder' ? 'folder' : 'file'
  if (name.startsWith('.')) return `hidden ${word}`
  return SYSTEM_NAMES.has(name.toLowerCase()) ? `system ${word}` : null
}

/**
 * All files inside a class folder, however deep, in the order of their names.
 *
 * A folder that was entered already (a link to it, or to a folder above) is not entered again, so
 * that links can't make an endless walk.
 *
 * @param path - relative to `root`, with forward slashes
 * @param rootRealPath - the data folder itself, which no link may lead back to
 */
export async function listClassFiles(
  root: string,
  path: string,
  rootRealPath: string,
): Promise<ListedFiles> {
  return walkFiles(root, path, new Set([rootRealPath]))
}

/** All files inside a folder, however deep, as {@link listClassFiles} finds those of a class. */
export async function listAllFiles(root: string): Promise<ListedFiles> {
  return walkFiles(root, '', new Set())
}

interface ListedFiles {
  /** Relative to the root, with forward slashes. */
  readonly files: string[]
  readonly skipped: SkippedFile[]
}

/** @param entered - real paths of the folders that are not entered (again) */
async function walkFiles(root: string, path: string, entered: Set<string>): Promise<ListedFiles> {
  const files: string[] = []
  const skipped: SkippedFile[] = []
  const walk = async (folder: string): Promise<void> => {
    let entries: FolderEntry[]
    try {
      const real = await realpath(join(root, folder))
      if (entered.has(real)) {
        skipped.push({ file: folder, reason: 'link to a folder that was already read' })
        return
      }
      entered.add(real)
      entries = await listEntries(join(root, folder))
    } catch (error) {
      skipped.push({ file: folder, reason: `folder can't be read: ${describeFileError(error)}` })
      return
    }
    for (const entry of entries) {
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.hidden !== null) skipped.push({ file, reason: entry.hidden })
      else if (entry.kind === 'folder') await walk(file)
      else if (entry.kind === 'file') files.push(file)
      else skipped.push({ file, reason: entry.problem })
    }
  }
  await walk(path)
  return { files, skipped }
}
