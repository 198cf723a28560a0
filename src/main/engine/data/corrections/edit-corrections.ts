import type { CorrectedPicture, Correction, CorrectionChange } from '../../../../shared/contract'
import { countWords } from '../../../../shared/corrections'
import { compareNames } from '../scan/scan-folder'
import type { CorrectionsFile } from './corrections-file'

/** Changes that can be taken back. */
const MAX_UNDO_STEPS = 50

/** A decision about some pictures, and where it was made. */
export interface CorrectionEdit {
  readonly pictures: readonly CorrectedPicture[]
  readonly change: CorrectionChange
  readonly from: string
  /** ISO 8601, UTC. */
  readonly when: string
}

/**
 * Corrects pictures; what was decided about them before is replaced, but the class that the data set gives
 * stays the first that was told. One that is given that class needs no correction.
 * @returns null where it changes nothing
 */
export function applyEdit(
  file: CorrectionsFile,
  { pictures, change, from, when }: CorrectionEdit,
): CorrectionsFile | null {
  const known = indexByFile(file.corrections)
  const { action, note } = change
  const className = change.action === 'relabel' ? change.className.normalize('NFC') : null
  const next = pictures.map(({ file: name, previousClass: told }) => {
    const previousClass = known.get(name)?.previousClass ?? told?.normalize('NFC') ?? null
    const isAsBefore = className !== null && className === previousClass
    const made = { file: name, action, className, previousClass, note, when, from }
    return { file: name, correction: isAsBefore ? null : made }
  })
  const to = className === null ? '' : ` to ${className}`
  const verb = { exclude: 'Excluded', relabel: 'Relabelled', flag: 'Flagged' }[action]
  return settle(file, next, `${verb} ${countWords(pictures.length, 'picture')}${to}`)
}

/** Takes up corrections as they are; those of other files stay. */
export function importEdit(
  file: CorrectionsFile,
  corrections: readonly Correction[],
): CorrectionsFile | null {
  const next = corrections.map((correction) => ({ file: correction.file, correction }))
  return settle(file, next, `Imported ${countWords(corrections.length, 'correction')}`)
}

/** @returns null where none of the files has a correction */
export function removeEdit(
  file: CorrectionsFile,
  files: readonly string[],
): CorrectionsFile | null {
  const known = indexByFile(file.corrections)
  const own = files.filter((name) => known.has(name))
  const next = own.map((name) => ({ file: name, correction: null }))
  return settle(file, next, `Removed ${countWords(own.length, 'correction')}`)
}

/** @returns null where there are none */
export function clearEdit(file: CorrectionsFile): CorrectionsFile | null {
  const next = file.corrections.map((one) => ({ file: one.file, correction: null }))
  return settle(file, next, `Cleared ${countWords(next.length, 'correction')}`)
}

/** @returns null where there is nothing to take back */
export function undoEdit(file: CorrectionsFile): CorrectionsFile | null {
  const last = file.undo.at(-1)
  if (last === undefined) return null
  return {
    ...file,
    corrections: replace(file.corrections, last.before),
    undo: file.undo.slice(0, -1),
  }
}

type FileState = CorrectionsFile['undo'][number]['before'][number]

function settle(
  file: CorrectionsFile,
  next: readonly FileState[],
  what: string,
): CorrectionsFile | null {
  const known = indexByFile(file.corrections)
  const changed = next.filter(
    ({ file: name, correction }) => correction !== null || known.has(name),
  )
  if (changed.length === 0) return null
  const before = changed.map(({ file: name }) => ({
    file: name,
    correction: known.get(name) ?? null,
  }))
  return {
    ...file,
    corrections: replace(file.corrections, changed),
    undo: [...file.undo, { what, before }].slice(-MAX_UNDO_STEPS),
  }
}

function replace(
  corrections: CorrectionsFile['corrections'],
  states: readonly FileState[],
): CorrectionsFile['corrections'] {
  const all = indexByFile(corrections)
  for (const { file, correction } of states) {
    if (correction === null) all.delete(file)
    else all.set(file, correction)
  }
  return [...all.values()].sort((a, b) => compareNames(a.file, b.file))
}

function indexByFile(corrections: CorrectionsFile['corrections']) {
  return new Map(corrections.map((one) => [one.file, one]))
}
