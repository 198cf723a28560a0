import { realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LabError, type SkippedFile } from '../../../../shared/contract'
import { itemAt, present } from '../../../../shared/present'
import { listClassFiles, listEntries, type FolderEntry } from './list-folder'
import { checkFiles } from '../preparation/check-files'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import { runBounded } from '../../work/run-bounded'
import { folderError, noClassFolders, noPictures, oneClass } from './scan-errors'
import { findFewPictures, nameSome } from './scan-warnings'
import type { Dataset, DatasetFile } from '../types'
import { SAMPLE_MARKER } from '../sample/sample-marker'

const VALIDATION_NAMES = ['val', 'valid', 'validation']

/** A class folder and the split it stands for. */
interface ClassFolder {
  readonly className: string
  /** Relative to the data folder. */
  readonly path: string
  readonly split: DatasetFile['givenSplit']
}

/** Files of all class folders, one behind another: two lists instead of an object for each. */
interface Candidates {
  /** Relative to the data folder. */
  readonly files: readonly string[]
  /** Index of the class folder that each is in. */
  readonly owners: Uint32Array
}

/** While classes are being found, `classIndex` is that of the class folder. */
type FoundFile = { -readonly [K in keyof DatasetFile]: DatasetFile[K] }

/**
 * Scans a data folder: one subfolder per class, or `train/` and `val/` (also `valid`, `validation`)
 * with one subfolder per class in each. Files deeper inside a class folder count as that class.
 *
 * Only headers are read: a file that turns out undecodable later is reported by the
 * `PictureSource`. What is not used is listed in `skipped` with the reason; classes without a single
 * picture are left out with a warning. The result does not depend on the order in which the file
 * system lists. Nothing is written.
 *
 * @throws LabError `not-found`, `unreadable`, or `bad-input` for a file in place of a folder, no class
 *   folders, one class, or no pictures; `cancelled`
 */
export async function scanFolder(folder: string, options: WorkOptions = {}): Promise<Dataset> {
  const root = resolve(folder)
  await checkFolder(root)
  const skipped: SkippedFile[] = []
  const warnings: string[] = []
  const { layout, classFolders } = await findClassFolders(root, skipped, warnings)

  const candidates = await listCandidates(root, classFolders, skipped, options)
  const found = await checkCandidates(root, candidates, classFolders, skipped, options)
  if (found.length === 0) throw noPictures(root, candidates.files.length, skipped)

  const filled = new Set(found.map(({ classIndex }) => classFolders[classIndex]))
  const trainNames = new Set(
    classFolders
      .filter((one) => one.split !== 'validation' && filled.has(one))
      .map((one) => one.className),
  )
  const classNames = [...trainNames].sort(compareNames)
  warnings.push(...findEmptyClasses(classFolders, filled, trainNames))
  if (classNames.length === 0) throw noPictures(join(root, 'train'), 0, skipped)
  if (classNames.length === 1) throw oneClass(root, itemAt(classNames, 0))

  const indices = new Map(classNames.map((name, index) => [name, index]))
  const files = found.filter((file) => {
    const classIndex = indices.get(itemAt(classFolders, file.classIndex).className)
    if (classIndex === undefined) {
      skipped.push({ file: file.file, reason: 'its class has no training pictures' })
      return false
    }
    file.classIndex = classIndex
    return true
  })
  if (layout === 'train-val' && !files.some((file) => file.givenSplit === 'validation')) {
    throw new LabError(
      'bad-input',
      `The val folder of ${root} has no pictures of any class in train.`,
      'Give it class folders named like those in train, or remove it to hold out a share of each class.',
    )
  }
  warnings.push(...findFewPictures(classNames, files))
  files.sort((a, b) => compareNames(a.file, b.file))
  skipped.sort((a, b) => compareNames(a.file, b.file))
  return { source: root, folder: root, layout, classNames, files, skipped, warnings }
}

/** Plain order of UTF-16 code units: the same on every machine and in every language. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

async function checkFolder(root: string): Promise<void> {
  try {
    if ((await stat(root)).isDirectory()) return
  } catch (error) {
    throw folderError(root, error)
  }
  throw new LabError(
    'bad-input',
    `${root} is a file, not a folder.`,
    'Choose the folder that holds one subfolder of pictures per class.',
  )
}

async function readRoot(path: string): Promise<FolderEntry[]> {
  try {
    return await listEntries(path)
  } catch (error) {
    throw folderError(path, error)
  }
}

async function findClassFolders(
  root: string,
  skipped: SkippedFile[],
  warnings: string[],
): Promise<{ layout: Dataset['layout']; classFolders: ClassFolder[] }> {
  const entries = await readRoot(root)
  const folders = takeFolders(entries, '', skipped)
  const train = folders.find((name) => name.toLowerCase() === 'train')
  const validation = folders.find((name) => VALIDATION_NAMES.includes(name.toLowerCase()))
  if (train !== undefined && validation !== undefined) {
    for (const name of folders.filter((one) => one !== train && one !== validation)) {
      skipped.push({ file: name, reason: `folder next to ${train} and ${validation}: not used` })
    }
    const classFolders: ClassFolder[] = []
    for (const [name, split] of [
      [train, 'train'],
      [validation, 'validation'],
    ] as const) {
      const inside = await readRoot(join(root, name))
      const names = takeFolders(inside, `${name}/`, skipped)
      if (names.length === 0) throw noClassFolders(join(root, name), inside)
      for (const className of names) {
        classFolders.push({ className, path: `${name}/${className}`, split })
      }
    }
    return { layout: 'train-val', classFolders }
  }
  if (folders.length === 0) throw noClassFolders(root, entries)
  if (train !== undefined && folders.length > 1) {
    warnings.push(
      `"${train}" was taken as a class, because there is no val folder next to it. If it holds the class folders, open ${join(root, train)} instead.`,
    )
  }
  const classFolders = folders.map((name) => ({ className: name, path: name, split: null }))
  return { layout: 'classes', classFolders }
}

/** Names of the folders among the entries; the rest is skipped, with the reason. */
function takeFolders(
  entries: readonly FolderEntry[],
  prefix: string,
  skipped: SkippedFile[],
): string[] {
  const names: string[] = []
  for (const entry of entries) {
    if (entry.name === SAMPLE_MARKER) continue
    if (entry.hidden !== null) skipped.push({ file: prefix + entry.name, reason: entry.hidden })
    else if (entry.kind === 'folder') names.push(entry.name)
    else {
      const reason = entry.kind === 'file' ? 'not inside a class folder' : entry.problem
      skipped.push({ file: prefix + entry.name, reason })
    }
  }
  return names
}

async function listCandidates(
  root: string,
  classFolders: readonly ClassFolder[],
  skipped: SkippedFile[],
  options: WorkOptions,
): Promise<Candidates> {
  const meter = createProgressMeter('Listing files', null, options)
  const rootRealPath = await realpath(root)
  const lists: string[][] = []
  await runBounded(classFolders, 8, async (classFolder, index) => {
    const list = await listClassFiles(root, classFolder.path, rootRealPath)
    skipped.push(...list.skipped)
    lists[index] = list.files
    meter.advance(list.files.length)
  })
  const owners = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0))
  let end = 0
  for (const [owner, list] of lists.entries()) {
    owners.fill(owner, end, end + list.length)
    end += list.length
  }
  return { files: lists.flat(), owners }
}

/** What begins like a picture, in the order of the candidates. */
async function checkCandidates(
  root: string,
  { files, owners }: Candidates,
  classFolders: readonly ClassFolder[],
  skipped: SkippedFile[],
  options: WorkOptions,
): Promise<FoundFile[]> {
  const found = new Array<FoundFile | null>(files.length).fill(null)
  await checkFiles(root, files, options, (index, checked) => {
    const file = itemAt(files, index)
    if (typeof checked === 'string') {
      skipped.push({ file, reason: checked })
      return
    }
    const classIndex = present(owners[index])
    const givenSplit = itemAt(classFolders, classIndex).split
    const { bytes, modifiedMs } = checked
    found[index] = { file, classIndex, givenSplit, bytes, modifiedMs }
  })
  return found.filter((file) => file !== null)
}

function findEmptyClasses(
  classFolders: readonly ClassFolder[],
  filled: ReadonlySet<ClassFolder | undefined>,
  trainNames: ReadonlySet<string>,
): string[] {
  const emptyTrain = classFolders.filter((one) => one.split !== 'validation' && !filled.has(one))
  const inVal = classFolders.filter((one) => one.split === 'validation')
  const unknown = inVal.filter((one) => !trainNames.has(one.className) && filled.has(one))
  const validated = new Set(inVal.filter((one) => filled.has(one)).map((one) => one.className))
  const unseen = inVal.length === 0 ? [] : [...trainNames].filter((name) => !validated.has(name))
  const warnings: string[] = []
  if (emptyTrain.length > 0) {
    warnings.push(
      `Left out because they have no pictures: ${nameSome(emptyTrain.map((one) => one.path))}.`,
    )
  }
  if (unknown.length > 0) {
    warnings.push(
      `Left out because they are in val but not in train: ${nameSome(unknown.map((one) => one.className))}.`,
    )
  }
  if (unseen.length > 0) {
    warnings.push(`In train but with no pictures in val: ${nameSome(unseen.sort(compareNames))}.`)
  }
  return warnings
}
