import { dirname, relative, resolve, sep } from 'node:path'
import { LabError, type SkippedFile } from '../../../../shared/contract'
import { isListPath } from '../../../../shared/spec'
import { checkFiles } from '../preparation/check-files'
import { readPictureList } from './read-list'
import { compareNames, scanFolder } from './scan-folder'
import { findFewPictures } from './scan-warnings'
import type { Dataset, DatasetFile } from '../types'
import type { WorkOptions } from '../../work/progress-meter'

/**
 * Scans what a person opened as a data set: a folder of class folders, or a list of pictures.
 * @throws LabError as {@link scanFolder} and `readPictureList`
 */
export function scanDataset(path: string, options: WorkOptions = {}): Promise<Dataset> {
  return isListPath(path) ? scanList(path, options) : scanFolder(path, options)
}

/**
 * Scans the pictures of a list: labels are the classes. What cannot be used is skipped, with the
 * reason; a file that is named twice counts once. Nothing is written.
 */
async function scanList(path: string, options: WorkOptions): Promise<Dataset> {
  const source = resolve(path)
  const folder = dirname(source)
  const listed = await readPictureList(source)
  const skipped: SkippedFile[] = []
  const seen = new Set<string>()
  const named = listed.flatMap(({ file, label, split, place }) => {
    const path = resolve(folder, file)
    const name = relative(folder, path).split(sep).join('/')
    const problem =
      file === ''
        ? 'no file given'
        : label === ''
          ? 'no label given'
          : seen.has(path)
            ? 'listed before'
            : null
    if (problem === null) {
      seen.add(path)
      return [{ name, label, split, place }]
    }
    skipped.push({ file: name || place, reason: `${problem} (${place})` })
    return []
  })
  const kept: (Omit<DatasetFile, 'classIndex'> & { readonly label: string })[] = []
  const names = named.map(({ name }) => name)
  await checkFiles(folder, names, options, (index, found) => {
    const { name, label, split, place } = named[index] ?? {
      name: '',
      label: '',
      split: null,
      place: '',
    }
    if (typeof found === 'object') kept.push({ file: name, label, givenSplit: split, ...found })
    else skipped.push({ file: name, reason: `${found} (${place})` })
  })
  const hasSplit = kept.some(({ givenSplit }) => givenSplit === 'validation')
  const trained = kept.filter(({ givenSplit }) => givenSplit !== 'validation')
  const classNames = [...new Set(trained.map(({ label }) => label))].sort(compareNames)
  if (classNames.length < 2) throw tooFewClasses(source, classNames, listed.length, skipped)
  const indices = new Map(classNames.map((name, index) => [name, index]))
  const files = kept.flatMap(({ label, ...file }): DatasetFile[] => {
    const classIndex = indices.get(label)
    if (classIndex !== undefined) return [{ ...file, classIndex }]
    skipped.push({ file: file.file, reason: 'its class has no training pictures' })
    return []
  })
  files.sort((a, b) => compareNames(a.file, b.file))
  skipped.sort((a, b) => compareNames(a.file, b.file))
  const layout = hasSplit ? 'train-val' : 'classes'
  // Without a split of its own every picture is drawn from; with one, what says nothing is trained.
  const split = hasSplit
    ? files.map((file): DatasetFile => ({ ...file, givenSplit: file.givenSplit ?? 'train' }))
    : files.map((file): DatasetFile => ({ ...file, givenSplit: null }))
  const warnings = findFewPictures(classNames, split)
  return { source, folder, layout, classNames, files: split, skipped, warnings }
}

function tooFewClasses(
  source: string,
  classNames: readonly string[],
  rows: number,
  skipped: readonly SkippedFile[],
): LabError {
  const [name] = classNames
  const [first] = skipped
  const came = name === undefined ? 'none' : `one (${name})`
  const example = first === undefined ? '' : `; ${first.file}: ${first.reason}`
  return new LabError(
    'bad-input',
    `Expected pictures of at least two classes in ${source}; got ${came} from ${rows} rows${example}.`,
    'File paths are relative to the list.',
  )
}
