import { join } from 'node:path'
import type { SkippedFile } from '../../../../shared/contract'
import { SAMPLE_MARKER } from '../sample/sample-marker'
import type { DatasetFile } from '../types'
import { readHalf, type Half } from './half-names'
import { NOT_UTF8, listEntries, type FolderEntry } from './list-folder'
import {
  countPictures,
  folderError,
  noClassFolders,
  twoOfOneHalf,
  wrapped,
  wrappedHalf,
} from './scan-errors'
import { nameSome, tellMistakenHalves } from './scan-warnings'

/** A class folder and the split it stands for. */
export interface ClassFolder {
  /** In composed form (NFC): the same name from a Mac and from elsewhere is the same class. */
  readonly className: string
  /** Relative to the data folder. */
  readonly path: string
  readonly split: DatasetFile['givenSplit']
}

/** Where what is left out, and what was assumed, is told. */
interface Notes {
  readonly skipped: SkippedFile[]
  readonly warnings: string[]
}

/** How many wrapper folders are looked into: `archive/archive/data/cats`. */
const MAX_WRAPPERS = 8

/**
 * Finds the class folders: those in the folder itself, or those in its halves. Halves are folders whose
 * names say so (`readHalf`), one for training and at least one for validation or a test.
 * @throws LabError `not-found`, `unreadable`, or `bad-input` where there are none, where two folders
 *   stand for the same half, or where the classes are one folder further in
 */
export async function findClassFolders(root: string, notes: Notes): Promise<ClassFolder[]> {
  const entries = await readRoot(root)
  const folders = takeFolders(entries, '', notes)
  if (folders.length === 0) throw noClassFolders(root, entries)
  const halves = await findHalves(root, folders, notes)
  if (halves !== null) return halves
  if (folders.length === 1) {
    const inner = await findInnerFolder(root, folders)
    if (inner !== null) throw wrapped(root, inner)
  }
  notes.warnings.push(...tellMistakenHalves(root, folders))
  return folders.map((name) => nameClass(name, name, null))
}

/**
 * The folder whose subfolders are the classes, where a folder (or a chain of them) merely wraps it.
 * @param within - names from the root to the folder that may wrap it
 * @returns its path relative to the root, with forward slashes; null where there is none
 */
export async function findInnerFolder(
  root: string,
  within: readonly string[],
): Promise<string | null> {
  const path = [...within]
  for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
    const entries = await listEntries(join(root, ...path)).catch(() => [])
    const shown = entries.filter(({ hidden }) => hidden === null)
    const inside = shown.filter(({ kind }) => kind === 'folder')
    const [only] = inside
    if (only === undefined) return null
    if (inside.length > 1) {
      // Pictures beside the folders: it is a class itself, whose folders are its own affair.
      return countPictures(join(root, ...path), shown) === 0 ? path.join('/') : null
    }
    path.push(only.name)
  }
  return null
}

async function readRoot(path: string): Promise<FolderEntry[]> {
  try {
    return await listEntries(path)
  } catch (error) {
    throw folderError(path, error)
  }
}

/** null where the folders are no halves but classes. */
async function findHalves(
  root: string,
  folders: readonly string[],
  notes: Notes,
): Promise<ClassFolder[] | null> {
  const named: Record<Half, string[]> = { train: [], validation: [], test: [] }
  const others: string[] = []
  for (const name of folders) {
    const half = readHalf(name)
    if (half === null) others.push(name)
    else named[half].push(name)
  }
  const [train] = named.train
  if (train === undefined || named.validation.length + named.test.length === 0) return null
  const inTrain = await readRoot(join(root, train))
  // A class of trains among other vehicles holds its pictures itself.
  if (others.length > 0 && !inTrain.some(isFolder)) return null

  const classFolders: ClassFolder[] = []
  const known = new Set<string>()
  for (const half of ['train', 'validation', 'test'] as const) {
    const [name, another] = named[half]
    if (name === undefined) continue
    if (another !== undefined) throw twoOfOneHalf(root, half, named[half])
    const entries = half === 'train' ? inTrain : await readRoot(join(root, name))
    const inside = takeFolders(entries, `${name}/`, notes)
    if (inside.length === 0) {
      const error = noClassFolders(join(root, name), entries)
      if (half !== 'test') throw error
      tellNoTest(name, error.message, notes)
      continue
    }
    const found = inside.map((one) => nameClass(one, `${name}/${one}`, half))
    if (found.length === 1 && !found.some(({ className }) => known.has(className))) {
      const inner = await findInnerFolder(root, [name, ...inside])
      if (inner !== null) throw wrappedHalf(root, name, inner)
    }
    for (const { className } of found) known.add(className)
    classFolders.push(...found)
  }
  const has = (half: Half): boolean => classFolders.some(({ split }) => split === half)
  tellHalves(named, others, has('test') && !has('validation'), notes)
  if (has('validation')) return classFolders
  // Which of the training half's pictures validate is for the lab to draw.
  return classFolders.map((one) => (one.split === 'train' ? { ...one, split: null } : one))
}

/** Tells what was assumed of the folders' names. */
function tellHalves(
  named: Readonly<Record<Half, readonly string[]>>,
  others: readonly string[],
  isTestAlone: boolean,
  { skipped, warnings }: Notes,
): void {
  const beside = Object.values(named).flat().join(' and ')
  for (const name of others) {
    skipped.push({ file: name, reason: `folder next to ${beside}: not used` })
  }
  if (others.length > 0) {
    warnings.push(`Not used, because they are beside ${beside}: ${nameSome(others)}.`)
  }
  const [test = ''] = named.test
  if (isTestAlone && /^eval/i.test(test)) {
    warnings.push(
      `"${test}" was taken as a test half and is not validated with. To validate with it, choose it as the validation folder.`,
    )
  }
}

/** Usual for the test pictures of a competition, whose classes are its secret. */
function tellNoTest(name: string, reason: string, { skipped, warnings }: Notes): void {
  skipped.push({ file: name, reason: 'test half without class folders: not used' })
  warnings.push(`No test pictures, because their classes are not known: ${reason}`)
}

function nameClass(name: string, path: string, split: ClassFolder['split']): ClassFolder {
  return { className: name.normalize('NFC'), path, split }
}

function isFolder({ kind, hidden }: FolderEntry): boolean {
  return kind === 'folder' && hidden === null
}

/** Names of the folders among the entries; the rest is skipped, with the reason. */
function takeFolders(
  entries: readonly FolderEntry[],
  prefix: string,
  { skipped, warnings }: Notes,
): string[] {
  const names: string[] = []
  for (const entry of entries) {
    if (entry.name === SAMPLE_MARKER) continue
    const file = prefix + entry.name
    if (entry.hidden !== null) {
      skipped.push({ file, reason: entry.hidden })
      // A whole class would be missing.
      if (entry.hidden === NOT_UTF8 && entry.kind === 'folder') {
        warnings.push(`The folder ${file} was left out: ${NOT_UTF8}.`)
      }
    } else if (entry.kind === 'folder') names.push(entry.name)
    else {
      const reason = entry.kind === 'file' ? 'not inside a class folder' : entry.problem
      skipped.push({ file, reason })
    }
  }
  return names
}
