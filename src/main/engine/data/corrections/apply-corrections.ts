import { LabError, type Correction, type CorrectionEffect } from '../../../../shared/contract'
import { describeUse, indexCorrections } from '../../../../shared/corrections'
import { itemAt, present } from '../../../../shared/present'
import { findName } from '../../../../shared/same-name'
import { nameSome } from '../scan/scan-warnings'
import type { Dataset, DatasetFile, WholeSplit } from '../types'
import { readCorrections } from './corrections-file'

/** A data set as a run uses it. */
export interface CorrectedDataset {
  readonly dataset: Dataset
  readonly split: WholeSplit
  readonly effect: CorrectionEffect
}

/**
 * A data set with its corrections: excluded pictures are in no half, relabelled ones have the class that they
 * were given. The split was drawn before, so that no other picture changes its half.
 *
 * A class that the data set does not have leaves the picture as it is, and is told in the effect.
 */
export function applyCorrections(
  dataset: Dataset,
  split: WholeSplit,
  corrections: readonly Correction[],
): CorrectedDataset {
  const { classNames } = dataset
  const find = findFast(dataset, corrections)
  const unknown = new Set<string>()
  const count = { excluded: 0, relabelled: 0, flagged: 0, met: 0 }
  const files: DatasetFile[] = []
  /** The index now, by the index before; an excluded picture has none: -1. */
  const moved = new Int32Array(dataset.files.length).fill(-1)
  dataset.files.forEach((file, index) => {
    const correction = find(file.file)
    if (correction !== undefined) count.met += 1
    if (correction?.action === 'exclude') {
      count.excluded += 1
      return
    }
    if (correction?.action === 'flag') count.flagged += 1
    moved[index] = files.length
    const { className = null } = correction ?? {}
    const classIndex = className === null ? file.classIndex : findName(classNames, className)
    if (className !== null && classIndex < 0) unknown.add(className)
    const isRelabelled = classIndex >= 0 && classIndex !== file.classIndex
    if (isRelabelled) count.relabelled += 1
    files.push(isRelabelled ? { ...file, classIndex } : file)
  })
  const keep = (indices: readonly number[]): number[] =>
    indices.map((index) => present(moved[index])).filter((index) => index >= 0)
  const kept = {
    train: keep(split.train),
    validation: keep(split.validation),
    test: keep(split.test),
  }
  const corrected = { ...dataset, files }
  const learnt = countClasses(corrected, kept.train)
  const emptied = countClasses(dataset, split.train).flatMap((before, index) =>
    before > 0 && learnt[index] === 0 ? [itemAt(classNames, index)] : [],
  )
  return {
    dataset: corrected,
    split: kept,
    effect: {
      excluded: count.excluded,
      relabelled: count.relabelled,
      flagged: count.flagged,
      strangers: corrections.length - count.met,
      emptied,
      unknownClasses: [...unknown],
      train: kept.train.length,
      validation: kept.validation.length,
      test: kept.test.length,
    },
  }
}

/** Only where a name is spelt in another way are all names of the data set brought into one form. */
function findFast(
  { files }: Dataset,
  corrections: readonly Correction[],
): (file: string) => Correction | undefined {
  const exact = new Map(corrections.map((one) => [one.file, one]))
  const met = files.reduce((count, { file }) => count + Number(exact.has(file)), 0)
  return met === corrections.length ? (file) => exact.get(file) : indexCorrections(corrections)
}

/**
 * The pictures of a new run, by the corrections of its data set.
 * @returns with what there is to tell of them, a line each
 * @throws LabError `unreadable` for a damaged list; `bad-input` for a class that the data set does not have
 */
export async function correctForRun(
  dataset: Dataset,
  split: WholeSplit,
): Promise<CorrectedDataset & { readonly notes: readonly string[] }> {
  const { corrections } = await readCorrections(dataset.source)
  const corrected = applyCorrections(dataset, split, corrections)
  const { effect } = corrected
  const [unknown] = effect.unknownClasses
  if (unknown !== undefined) {
    throw new LabError(
      'bad-input',
      `Expected classes of ${dataset.source} in its corrections; pictures are relabelled to ${nameSome(effect.unknownClasses)}, which it does not have.`,
      'Change those corrections in Data, or start with "Corrections: ignore" (--corrections ignore).',
    )
  }
  return { ...corrected, notes: tellEffect(effect) }
}

/** What corrections do to a run, a line each; nothing where they do nothing. */
export function tellEffect(effect: CorrectionEffect): string[] {
  const use = describeUse(effect)
  const notes: string[] = []
  if (use !== null) {
    notes.push(`By your corrections: ${use}; --corrections ignore leaves the pictures as they are.`)
  }
  if (effect.emptied.length > 0) {
    notes.push(`Left without training pictures by your corrections: ${nameSome(effect.emptied)}.`)
  }
  return notes
}

function countClasses({ classNames, files }: Dataset, indices: readonly number[]): number[] {
  const counts = classNames.map(() => 0)
  for (const index of indices) {
    const { classIndex } = itemAt(files, index, 'pictures')
    counts[classIndex] = itemAt(counts, classIndex) + 1
  }
  return counts
}
