import { basename, dirname, relative, resolve, sep } from 'node:path'
import { LabError, type SkippedFile } from '../../../../shared/contract'
import { itemAt } from '../../../../shared/present'
import { isListPath } from '../../../../shared/spec'
import { checkFiles } from '../preparation/check-files'
import { NO_SUCH_FILE, type CheckedFile } from './check-file'
import { findLayout } from './find-layout'
import { SpellingFinder, type FoundSpelling } from './find-spelling'
import { readPictureList, type ListedPicture } from './read-list'
import { compareFiles, compareNames, scanFolder, type ScanOptions } from './scan-folder'
import { findFewPictures, isLearnt, nameSome } from './scan-warnings'
import type { Dataset, DatasetFile } from '../types'
import type { WorkOptions } from '../../work/progress-meter'

/**
 * Scans what a person opened as a data set: a folder of class folders, or a list of pictures.
 * @throws LabError as {@link scanFolder} and `readPictureList`
 */
export function scanDataset(path: string, options: ScanOptions = {}): Promise<Dataset> {
  return isListPath(path) ? scanList(path, options) : scanFolder(path, options)
}

/** A picture of the list under the name that it has on the disk. */
interface NamedPicture extends ListedPicture {
  /** Relative to the list's folder. */
  readonly name: string
}

/** A picture that is there, before its class has an index. */
type KeptPicture = Omit<DatasetFile, 'classIndex'> & { readonly label: string }

/**
 * Scans the pictures of a list: labels are the classes. What cannot be used is skipped, with the
 * reason; a file that is named twice counts once. Nothing is written.
 */
async function scanList(path: string, options: ScanOptions): Promise<Dataset> {
  const { isForTest = false } = options
  const source = resolve(path)
  const folder = dirname(source)
  const list = await readPictureList(source)
  const listed = list.pictures.map((one) => ({ ...one, label: one.label.normalize('NFC') }))
  const skipped: SkippedFile[] = [...list.skipped]
  const { kept, missing } = await findPictures(source, listed, skipped, options)
  const trained = kept.filter(({ givenSplit }) => isForTest || isLearnt(givenSplit))
  const classNames = [...new Set(trained.map(({ label }) => label))].sort(compareNames)
  const fewest = isForTest ? 1 : 2
  if (classNames.length < fewest)
    throw tooFewClasses(source, classNames, listed.length, skipped, fewest)
  const indices = new Map(classNames.map((name, index) => [name, index]))
  const unknown = new Set<string>()
  const known = kept.flatMap(({ label, ...file }): DatasetFile[] => {
    const classIndex = indices.get(label)
    if (classIndex !== undefined) return [{ ...file, classIndex }]
    unknown.add(label)
    skipped.push({ file: file.file, reason: 'its class has no training pictures' })
    return []
  })
  const files = settleHalves(known).sort(compareFiles)
  skipped.sort((a, b) => compareNames(a.file, b.file))
  const warnings = [...list.warnings]
  const [first] = missing
  if (first !== undefined) {
    warnings.push(
      `Not there: ${missing.length} of the ${listed.length} files that the list names, the first being ${first}. Paths are read from ${folder}.`,
    )
  }
  if (unknown.size > 0) {
    warnings.push(`Left out because none of them is for training: ${nameSome([...unknown])}.`)
  }
  if (!isForTest) warnings.push(...findFewPictures(classNames, files))
  return { source, folder, layout: findLayout(files), classNames, files, skipped, warnings }
}

/** With a validation half, what says nothing is trained with; without one, it is for the lab to draw. */
function settleHalves(files: readonly DatasetFile[]): DatasetFile[] {
  const hasValidation = files.some(({ givenSplit }) => givenSplit === 'validation')
  return files.map((file) => {
    if (!isLearnt(file.givenSplit)) return file
    return { ...file, givenSplit: hasValidation ? 'train' : null }
  })
}

/**
 * The pictures of the list that are there and begin like one. Names that lead nowhere are sought in
 * another Unicode form, and with the backslashes that they were written with.
 * @param skipped - takes what is not used
 * @returns the others, and those that are not there, each with its place
 */
async function findPictures(
  source: string,
  listed: readonly ListedPicture[],
  skipped: SkippedFile[],
  options: WorkOptions,
): Promise<{ kept: KeptPicture[]; missing: string[] }> {
  const folder = dirname(source)
  const list = basename(source)
  const kept: KeptPicture[] = []
  const seen = new Set<string>()
  const skip = (name: string, reason: string, place: string): void => {
    skipped.push({ file: name || list, reason: `${reason} (${place})` })
  }
  const take = ({ name, label, split, place }: NamedPicture, found: CheckedFile | string): void => {
    if (typeof found === 'string') skip(name, found, place)
    else kept.push({ file: name, label, givenSplit: split, ...found })
  }
  const named: NamedPicture[] = []
  for (const picture of listed) {
    const { file, place } = picture
    const name = file === '' ? '' : nameFrom(folder, file.replaceAll('\\', '/'))
    const problem = tellProblem(picture) ?? (seen.has(name) ? 'listed before' : null)
    if (problem !== null) {
      skip(name, problem, place)
      continue
    }
    seen.add(name)
    named.push({ ...picture, name })
  }
  const absent = new Set<NamedPicture>()
  await checkAll(folder, named, options, (picture, found) => {
    if (found === NO_SUCH_FILE) absent.add(picture)
    else take(picture, found)
  })
  const missing: string[] = []
  const respelt: NamedPicture[] = []
  const spellings = new SpellingFinder()
  for (const picture of named.filter((one) => absent.has(one))) {
    const { name, place } = picture
    const found = await findElsewhere(spellings, folder, picture)
    if (found.path === null) {
      const other = found.otherCase === null ? '' : `, but there is ${found.otherCase}`
      skip(name, NO_SUCH_FILE + other, place)
      missing.push(`${name} (${place})`)
    } else if (seen.has(found.path)) skip(name, 'listed before', place)
    else {
      seen.add(found.path)
      respelt.push({ ...picture, name: found.path })
    }
  }
  await checkAll(folder, respelt, options, take)
  return { kept, missing }
}

async function checkAll(
  folder: string,
  pictures: readonly NamedPicture[],
  options: WorkOptions,
  onChecked: (picture: NamedPicture, found: CheckedFile | string) => void,
): Promise<void> {
  if (pictures.length === 0) return
  const names = pictures.map(({ name }) => name)
  await checkFiles(folder, names, options, (index, found) =>
    onChecked(itemAt(pictures, index), found),
  )
}

/** A path of the list, relative to its folder and with forward slashes. */
function nameFrom(folder: string, file: string): string {
  return relative(folder, resolve(folder, file)).split(sep).join('/')
}

function tellProblem({ file, label }: ListedPicture): string | null {
  if (file === '') return 'no file given'
  if (/^[a-z][a-z+]+:\/\//i.test(file)) return 'an address, not the path of a file'
  return label === '' ? 'no label given' : null
}

async function findElsewhere(
  spellings: SpellingFinder,
  folder: string,
  { name, file }: NamedPicture,
): Promise<FoundSpelling> {
  const found = await spellings.find(resolve(folder, name))
  if (found.path !== null) return { ...found, path: nameFrom(folder, found.path) }
  if (sep === '\\' || !file.includes('\\')) return found
  // On this system a backslash may be part of a name.
  const { path } = await spellings.find(resolve(folder, file))
  return path === null ? found : { path: nameFrom(folder, path), otherCase: null }
}

function tooFewClasses(
  source: string,
  classNames: readonly string[],
  rows: number,
  skipped: readonly SkippedFile[],
  fewest: number,
): LabError {
  const [name] = classNames
  const [first] = skipped
  const came = name === undefined ? 'none' : `one (${name})`
  const example = first === undefined ? '' : `; ${first.file}: ${first.reason}`
  return new LabError(
    'bad-input',
    `Expected pictures of at least ${fewest === 1 ? 'one class' : 'two classes'} in ${source}; got ${came} from ${rows} rows${example}.`,
    'File paths are relative to the list.',
  )
}
