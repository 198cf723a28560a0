import { realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LabError, type SkippedFile } from '../../../../shared/contract'
import { itemAt, present } from '../../../../shared/present'
import { findClassFolders, findInnerFolder, type ClassFolder } from './class-folders'
import { listClassFiles, listEntries } from './list-folder'
import { checkFiles } from '../preparation/check-files'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import { runBounded } from '../../work/run-bounded'
import { folderError, noPictures, oneClass } from './scan-errors'
import { findEmptyClasses, tellInnerHalves, tellMerged } from './class-warnings'
import { findLayout } from './find-layout'
import { findFewPictures, isLearnt } from './scan-warnings'
import type { Dataset, DatasetFile } from '../types'

/** Files of all class folders, one behind another: two lists instead of an object for each. */
interface Candidates {
  /** Relative to the data folder. */
  readonly files: readonly string[]
  /** Index of the class folder that each is in. */
  readonly owners: Uint32Array
}

/** How a data set is scanned. */
export interface ScanOptions extends WorkOptions {
  /**
   * For a test, whose classes need not be there to learn from: those of any half count, and one is
   * enough.
   */
  readonly isForTest?: boolean
}

/** While classes are being found, `classIndex` is that of the class folder. */
type FoundFile = { -readonly [K in keyof DatasetFile]: DatasetFile[K] }

/**
 * Scans a data folder: one subfolder per class, or halves (`train/`, `val/`, `test/`, in any of the
 * spellings of `readHalf`) with one subfolder per class in each. Files deeper inside a class folder
 * count as that class.
 *
 * Only headers are read: a file that turns out undecodable later is reported by the
 * `PictureSource`. What is not used is listed in `skipped` with the reason; classes without a single
 * picture are left out with a warning. The result does not depend on the order in which the file
 * system lists. Nothing is written.
 *
 * @throws LabError `not-found`, `unreadable`, or `bad-input` for a file in place of a folder, no class
 *   folders, one class, or no pictures; `cancelled`
 */
export async function scanFolder(folder: string, options: ScanOptions = {}): Promise<Dataset> {
  const { isForTest = false } = options
  const root = resolve(folder)
  await checkFolder(root)
  const skipped: SkippedFile[] = []
  const warnings: string[] = []
  const classFolders = await findClassFolders(root, { skipped, warnings })
  warnings.push(...tellMerged(classFolders))

  const candidates = await listCandidates(root, classFolders, skipped, options)
  const found = await checkCandidates(root, candidates, classFolders, skipped, options)
  if (found.length === 0) throw noPictures(root, candidates.files.length, skipped)

  const filled = new Set(found.map(({ classIndex }) => classFolders[classIndex]))
  const trainNames = new Set(
    classFolders
      .filter((one) => (isForTest || isLearnt(one.split)) && filled.has(one))
      .map((one) => one.className),
  )
  const classNames = [...trainNames].sort(compareNames)
  if (!isForTest) warnings.push(...findEmptyClasses(classFolders, filled, trainNames))
  if (classNames.length === 0) throw noPictures(join(root, 'train'), 0, skipped)
  if (classNames.length === 1 && !isForTest) {
    const { path } = present(classFolders.find((one) => isLearnt(one.split) && filled.has(one)))
    const inner = await findInnerFolder(root, path.split('/'))
    throw oneClass(root, itemAt(classNames, 0), await listEntries(root), inner)
  }

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
  const layout = findLayout(files)
  const hasValidation = classFolders.some(({ split }) => split === 'validation')
  if (hasValidation && !isForTest && !layout.startsWith('train-val')) {
    throw new LabError(
      'bad-input',
      `The validation folder of ${root} has no pictures of any class in its training folder.`,
      'Give it class folders named like those, or remove it to hold out a share of each class.',
    )
  }
  if (layout === 'classes') warnings.push(...tellInnerHalves(files.map(({ file }) => file)))
  if (!isForTest) warnings.push(...findFewPictures(classNames, files))
  files.sort(compareFiles)
  skipped.sort((a, b) => compareNames(a.file, b.file))
  return { source: root, folder: root, layout, classNames, files, skipped, warnings }
}

/** Plain order of UTF-16 code units: the same on every machine and in every language. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The order of a data set's files: by name, those of a test half behind the others. */
export function compareFiles(
  a: Pick<DatasetFile, 'file' | 'givenSplit'>,
  b: Pick<DatasetFile, 'file' | 'givenSplit'>,
): number {
  const isTest = (one: typeof a): number => Number(one.givenSplit === 'test')
  return isTest(a) - isTest(b) || compareNames(a.file, b.file)
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
