import { readFile, stat } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { LabError } from '../../../../shared/contract'
import { itemAt } from '../../../../shared/present'
import { folderError } from './scan-errors'
import type { DatasetFile } from '../types'

/** A million rows take about 100 MB. */
const MAX_LIST_BYTES = 256 * 1024 * 1024

/** Names under which the columns, or the fields, are found; the first is the one to use. */
const COLUMNS = {
  file: ['file', 'filename', 'path', 'image', 'filepath'],
  label: ['label', 'class', 'category'],
  split: ['split', 'set', 'subset'],
} as const

const SPLITS: Readonly<Record<string, DatasetFile['givenSplit']>> = {
  '': null,
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
}

const HINT =
  'A list has the columns file, label and, optionally, split (train or val); file paths are relative to the list.'

/** A picture as a list names it. */
export interface ListedPicture {
  /** As written: relative to the list's folder, or absolute. */
  readonly file: string
  readonly label: string
  /** null: ours to draw. */
  readonly split: DatasetFile['givenSplit']
  /** Where it stands: "line 3", "entry 3". */
  readonly place: string
}

/**
 * Reads a list of pictures and their labels: CSV (comma or semicolon) or TSV with a heading line; or
 * JSON, an array of objects with the same fields, or an object from each label to its files.
 * @throws LabError `not-found`, `unreadable`, or `bad-input` in one line with the place
 */
export async function readPictureList(path: string): Promise<ListedPicture[]> {
  let text: string
  try {
    const { size } = await stat(path)
    if (size > MAX_LIST_BYTES) {
      throw refuse(path, `at most ${MAX_LIST_BYTES} bytes`, `${size}`)
    }
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw error instanceof LabError ? error : folderError(path, error)
  }
  return path.toLowerCase().endsWith('.json') ? readJson(path, text) : readTable(path, text)
}

function readTable(path: string, text: string): ListedPicture[] {
  let records: { record: string[]; info: { lines: number } }[]
  try {
    records = parse(text, {
      bom: true,
      delimiter: path.toLowerCase().endsWith('.tsv') ? '\t' : [',', ';'],
      info: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as typeof records
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw refuse(path, 'rows of a table', reason ?? 'none')
  }
  const [heading, ...rows] = records
  const names = heading?.record.map((name) => name.toLowerCase()) ?? []
  const find = (column: keyof typeof COLUMNS): number =>
    names.findIndex((name) => (COLUMNS[column] as readonly string[]).includes(name))
  const [file, label, split] = [find('file'), find('label'), find('split')]
  if (file < 0 || label < 0) {
    const came = names.slice(0, 6).join(', ') || 'nothing'
    throw refuse(path, 'a header line with the columns file and label', came)
  }
  return rows.map(({ record, info }) => {
    const place = `line ${info.lines}`
    return {
      file: itemAt(record, file),
      label: itemAt(record, label),
      split: readSplit(path, place, split < 0 ? '' : itemAt(record, split)),
      place,
    }
  })
}

const TEXT = z.union([z.string(), z.number()]).transform(String)
const BY_LABEL = z.record(z.string(), z.array(z.string()))
const ENTRIES = z.array(z.record(z.string(), z.unknown()))

function readJson(path: string, text: string): ListedPicture[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw refuse(path, 'JSON', error instanceof Error ? error.message : String(error))
  }
  const byLabel = BY_LABEL.safeParse(value)
  if (byLabel.success) {
    return Object.entries(byLabel.data).flatMap(([label, files]) =>
      files.map((file, index) => ({
        file,
        label,
        split: null,
        place: `entry ${index + 1} of ${label}`,
      })),
    )
  }
  const entries = ENTRIES.safeParse(value)
  if (!entries.success) {
    throw refuse(path, 'an array of objects, or an object from labels to files', typeof value)
  }
  return entries.data.map((entry, index) => {
    const place = `entry ${index + 1}`
    const find = (column: keyof typeof COLUMNS): string | undefined => {
      const name = COLUMNS[column].find((one) => entry[one] !== undefined)
      return name === undefined ? undefined : TEXT.safeParse(entry[name]).data
    }
    const [file, label] = [find('file'), find('label')]
    if (file === undefined || label === undefined) {
      throw refuse(path, `file and label in ${place}`, Object.keys(entry).join(', ') || 'nothing')
    }
    return { file, label, split: readSplit(path, place, find('split') ?? ''), place }
  })
}

function readSplit(path: string, place: string, text: string): DatasetFile['givenSplit'] {
  const split = SPLITS[text.toLowerCase()]
  if (split === undefined) throw refuse(path, `the split in ${place} to be train or val`, text)
  return split
}

function refuse(path: string, expected: string, came: string): LabError {
  return new LabError('bad-input', `Expected ${expected} in ${path}; got ${came}.`, HINT)
}
