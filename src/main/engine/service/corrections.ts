import { stat } from 'node:fs/promises'
import { LabError, type CorrectionEffect, type CorrectionList } from '../../../shared/contract'
import type { CORRECTION_CALLS } from '../../../shared/contract/corrections'
import { resolvePicturePath } from '../../../shared/picture-path'
import { itemAt } from '../../../shared/present'
import { findName } from '../../../shared/same-name'
import { applyCorrections } from '../data/corrections/apply-corrections'
import {
  changeCorrections,
  readCorrections,
  type CorrectionsFile,
} from '../data/corrections/corrections-file'
import { readCorrectionsCsv, writeCorrectionsCsv } from '../data/corrections/corrections-csv'
import {
  applyEdit,
  clearEdit,
  importEdit,
  removeEdit,
  undoEdit,
} from '../data/corrections/edit-corrections'
import { findBase } from '../runs/split-pictures'
import { runBounded } from '../work/run-bounded'
import type { Handlers } from './call-handlers'
import type { OpenDataset } from './open-dataset'
import type { ServiceParts } from './parts'

/** Files that are looked for side by side. */
const FILES_AT_ONCE = 256

/** Corrections of any data set; of the open one it is known what they change. */
export function createCorrectionHandlers({
  datasets,
}: Pick<ServiceParts, 'datasets'>): Handlers<typeof CORRECTION_CALLS> {
  const change = async (
    source: string,
    edit: (file: CorrectionsFile) => CorrectionsFile | null,
  ): Promise<CorrectionList> => {
    const { file, aside } = await changeCorrections(source, edit)
    const note = aside === null ? null : `The list was damaged and is kept as ${aside}.`
    return describe(file, source, note)
  }
  const describe = async (
    file: CorrectionsFile,
    source: string,
    note: string | null,
  ): Promise<CorrectionList> => ({
    source,
    corrections: file.corrections,
    missing: await findMissing(source, file),
    undo: file.undo.at(-1)?.what ?? null,
    effect: findEffect(datasets.findIfOpen(source), file),
    note,
  })
  return {
    'corrections.list': async ({ source }) => describe(await readCorrections(source), source, null),
    'corrections.apply': ({ source, pictures, change: decided, from }) => {
      const open = datasets.findIfOpen(source)
      if (decided.action === 'relabel') checkClass(open, decided.className)
      const known = pictures.map(({ file, previousClass }) => ({
        file,
        previousClass: previousClass ?? findClass(open, file),
      }))
      const when = new Date().toISOString()
      return change(source, (file) =>
        applyEdit(file, { pictures: known, change: decided, from, when }),
      )
    },
    'corrections.remove': ({ source, files }) => change(source, (file) => removeEdit(file, files)),
    'corrections.clear': ({ source }) => change(source, clearEdit),
    'corrections.undo': ({ source }) => change(source, undoEdit),
    'corrections.export': async ({ source }) => ({
      csv: writeCorrectionsCsv((await readCorrections(source)).corrections),
    }),
    'corrections.import': ({ source, csv }) => {
      const read = readCorrectionsCsv(csv, new Date().toISOString())
      return change(source, (file) => importEdit(file, read))
    },
  }
}

/** @throws LabError `bad-input` for a class that the open data set does not have */
function checkClass(open: OpenDataset | null, className: string): void {
  if (open === null) return
  const { classNames, source } = open.dataset
  if (findName(classNames, className) >= 0) return
  throw new LabError(
    'bad-input',
    `Expected one of the ${classNames.length} classes of ${source}, got ${className}.`,
    'Pictures can only be given a class that the data set has.',
  )
}

function findClass(open: OpenDataset | null, file: string): string | null {
  const index = open?.files.get(file)
  if (open === null || index === undefined) return null
  const { classIndex } = itemAt(open.dataset.files, index)
  return itemAt(open.dataset.classNames, classIndex)
}

function findEffect(open: OpenDataset | null, file: CorrectionsFile): CorrectionEffect | null {
  if (open === null) return null
  return applyCorrections(open.dataset, open.split, file.corrections).effect
}

async function findMissing(source: string, { corrections }: CorrectionsFile): Promise<string[]> {
  const base = findBase(source)
  const isThere = new Array<boolean>(corrections.length).fill(true)
  await runBounded(corrections, FILES_AT_ONCE, async ({ file }, index) => {
    const found = await stat(resolvePicturePath(base, file)).catch(() => null)
    isThere[index] = found?.isFile() === true
  })
  return corrections.flatMap(({ file }, index) => (isThere[index] === true ? [] : [file]))
}
