import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LabError, type Correction } from '../../shared/contract'
import { countWords } from '../../shared/corrections'
import { escapeLine } from '../../shared/visible-text'
import { readCorrectionsCsv, writeCorrectionsCsv } from '../engine/data/corrections/corrections-csv'
import { changeCorrections, readCorrections } from '../engine/data/corrections/corrections-file'
import { importEdit, undoEdit } from '../engine/data/corrections/edit-corrections'
import { describeFileError } from '../files/disk-errors'
import { formatTable, printJson, type Output } from './output'

/** Options of `vgg-lab corrections`. */
export interface CorrectionsOptions {
  /** A CSV file that was exported; null for none. */
  readonly importFile: string | null
  readonly undo: boolean
  readonly csv: boolean
  readonly json: boolean
}

/** The document of `corrections --json`. */
interface CorrectionsReport {
  readonly source: string
  readonly corrections: readonly Correction[]
}

/** `vgg-lab corrections <folder>`: what was decided about the pictures of a data set; the folder is not read. */
export async function printCorrections(
  folder: string,
  { importFile, undo, csv, json }: CorrectionsOptions,
  output: Output,
): Promise<void> {
  const source = resolve(folder)
  if (undo) await undoLast(source, output)
  if (importFile !== null) await importList(source, importFile, output)
  const { corrections } = await readCorrections(source)
  if (csv) output.out(writeCorrectionsCsv(corrections))
  else if (json) {
    const report: CorrectionsReport = { source, corrections }
    printJson(output, report)
  } else output.out(formatCorrections(source, corrections))
}

async function undoLast(source: string, output: Output): Promise<void> {
  const last = (await readCorrections(source)).undo.at(-1)
  if (last === undefined) {
    throw new LabError(
      'bad-input',
      `Expected a change of the corrections of ${source} to take back; there is none.`,
      'Leave --undo out to list them.',
    )
  }
  await changeCorrections(source, undoEdit)
  output.err(`Undone: ${last.what}\n`)
}

async function importList(source: string, path: string, output: Output): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new LabError(
      'unreadable',
      `Expected a list of corrections in ${path}; ${describeFileError(error)}.`,
      'Give a CSV file that the lab exported.',
    )
  })
  const read = readCorrectionsCsv(text, new Date().toISOString())
  const { aside } = await changeCorrections(source, (file) => importEdit(file, read))
  output.err(`Imported: ${countWords(read.length, 'correction')}\n`)
  if (aside !== null) output.err(`The list was damaged and is kept as ${aside}.\n`)
}

function formatCorrections(source: string, corrections: readonly Correction[]): string {
  if (corrections.length === 0) return `${source}: no corrections\n`
  const table = formatTable(
    [
      { title: 'file' },
      { title: 'action' },
      { title: 'class' },
      { title: 'before' },
      { title: 'note' },
    ],
    corrections.map(({ file, action, className, previousClass, note }) =>
      [file, action, className ?? '', previousClass ?? '', note].map(escapeLine),
    ),
  )
  return `${source}: ${countWords(corrections.length, 'correction')}\n\n${table}`
}
