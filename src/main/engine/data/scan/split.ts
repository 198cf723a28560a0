import { join, relative, sep } from 'node:path'
import { LabError, type SkippedFile } from '../../../../shared/contract'
import { itemAt } from '../../../../shared/present'
import { keyedRandom, shuffle } from '../../random'
import { findLayout } from './find-layout'
import { compareNames } from './scan-folder'
import { nameSome } from './scan-warnings'
import type { Dataset, DatasetFile, WholeSplit } from '../types'

/**
 * Draws which pictures are held out for validation: the given share of each class (stratified), by
 * the seed. A class with two pictures or more gives at least one and keeps at least one; a folder
 * with its own `val/`, or with a joined one, is split as it says. A test half stays apart.
 *
 * Depends on the files' names alone, not on the order in which they are listed.
 *
 * @param options.share - of each class, 0..1
 * @returns indices into `dataset.files`, ascending
 */
export function drawSplit(
  dataset: Dataset,
  { share, seed }: { readonly share: number; readonly seed: number },
): WholeSplit {
  const train: number[] = []
  const validation: number[] = []
  const test: number[] = []
  const ofClass: number[][] = dataset.classNames.map(() => [])
  dataset.files.forEach((file, index) => {
    if (file.givenSplit === 'train') train.push(index)
    else if (file.givenSplit === 'validation') validation.push(index)
    else if (file.givenSplit === 'test') test.push(index)
    else ofClass[file.classIndex]?.push(index)
  })
  ofClass.forEach((indices, classIndex) => {
    const fileOf = (index: number): string => itemAt(dataset.files, index).file
    indices.sort((a, b) => compareNames(fileOf(a), fileOf(b)))
    const shuffled = shuffle(indices, keyedRandom('split', seed, classIndex))
    const held = countHeldOut(indices.length, share)
    validation.push(...shuffled.slice(0, held))
    train.push(...shuffled.slice(held))
  })
  const ascending = (a: number, b: number): number => a - b
  return { train: train.sort(ascending), validation: validation.sort(ascending), test }
}

function countHeldOut(count: number, share: number): number {
  if (count < 2) return 0
  return Math.min(count - 1, Math.max(1, Math.round(count * share)))
}

/**
 * Takes the validation pictures from another folder: all pictures of the first folder are for
 * training then (its own `val/` is left out, its `test/` stays apart), and those of the second, matched
 * by the class folders' names, for validation. A second folder that has halves itself stands for its
 * validation half or, without one, for its test half.
 *
 * @throws LabError `bad-input` when the two have no class in common
 */
export function joinValidationFolder(dataset: Dataset, validation: Dataset): Dataset {
  const warnings = [...dataset.warnings]
  const skipped: SkippedFile[] = [...dataset.skipped]
  const files: DatasetFile[] = []
  const test: DatasetFile[] = []
  for (const file of dataset.files) {
    if (file.givenSplit === 'validation') {
      skipped.push({
        file: file.file,
        reason: `validation pictures come from ${validation.folder}`,
      })
    } else if (file.givenSplit === 'test') test.push(file)
    else files.push({ ...file, givenSplit: 'train' })
  }
  const indices = new Map(dataset.classNames.map((name, index) => [name, index]))
  const unknown = new Set<string>()
  const seen = new Set<number>()
  const meant = halfToValidate(validation)
  if (meant === 'test') {
    warnings.push(`Validation pictures are the test half of ${validation.source}: it has no other.`)
  }
  for (const file of validation.files) {
    if (file.givenSplit !== meant) continue
    const className = itemAt(validation.classNames, file.classIndex)
    const classIndex = indices.get(className)
    const path = join(validation.folder, file.file)
    const name = relative(dataset.folder, path).split(sep).join('/')
    if (classIndex === undefined) {
      unknown.add(className)
      skipped.push({ file: name, reason: 'its class has no training pictures' })
    } else {
      seen.add(classIndex)
      files.push({ ...file, file: name, classIndex, givenSplit: 'validation' })
    }
  }
  if (seen.size === 0) {
    throw new LabError(
      'bad-input',
      `${validation.folder} has no class in common with ${dataset.folder}.`,
      'Give the class folders the same names in both.',
    )
  }
  if (unknown.size > 0) {
    warnings.push(
      `Left out because they are only in the validation folder: ${nameSome([...unknown])}.`,
    )
  }
  const unseen = dataset.classNames.filter((_, index) => !seen.has(index))
  if (unseen.length > 0) warnings.push(`With no validation pictures: ${nameSome(unseen)}.`)
  const all = [...files, ...test]
  return { ...dataset, layout: findLayout(all), files: all, skipped, warnings }
}

/** null: a folder without halves, all of it. */
function halfToValidate({ layout }: Dataset): DatasetFile['givenSplit'] {
  if (layout === 'classes') return null
  return layout === 'train-test' ? 'test' : 'validation'
}
