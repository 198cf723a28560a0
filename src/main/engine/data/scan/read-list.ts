import { basename } from 'node:path'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { SkippedFile } from '../../../../shared/contract'
import { itemAt } from '../../../../shared/present'
import type { DatasetFile } from '../types'
import { readHalf } from './half-names'
import { findColumns, type ListColumns } from './list-columns'
import { readListText, refuseList } from './list-text'
import { nameSome } from './scan-warnings'

/** What may separate the fields of a table. */
const SEPARATORS = [',', ';', '\t', '|'] as const

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

/** What a list holds. */
export interface PictureList {
  readonly pictures: readonly ListedPicture[]
  /** Rows that cannot be read, under the list's own name. */
  readonly skipped: readonly SkippedFile[]
  /** What was assumed or left out, a line each. */
  readonly warnings: readonly string[]
}

/** A row, or an entry, with its split as written. */
interface Row extends Omit<ListedPicture, 'split'> {
  readonly split: string
}

/** The rows of a list, and the columns that they were read by. */
interface Rows {
  readonly rows: readonly Row[]
  readonly columns: readonly ListColumns[]
  readonly skipped: readonly SkippedFile[]
  readonly warnings: readonly string[]
}

/**
 * Reads a list of pictures and their labels: a table (CSV, TSV) with a heading line, whose one separator
 * the heading tells; JSON, an array of objects with the same fields, or an object from each label to its
 * files; or JSON lines, an object in each.
 * @throws LabError `not-found`, `unreadable`, or `bad-input` in one line with the place
 */
export async function readPictureList(path: string): Promise<PictureList> {
  const text = await readListText(path)
  const extension = /\.[^.]*$/.exec(path.toLowerCase())?.[0]
  const isJson = extension === '.json'
  const isLines = extension === '.jsonl' || extension === '.ndjson'
  const list = isLines || (isJson && looksLikeLines(text))
  const rows = list ? readLines(path, text) : isJson ? readJson(path, text) : readTable(path, text)
  return settleSplits(path, rows)
}

function readTable(path: string, text: string): Rows {
  // What Excel writes to say which separator follows; its line still counts.
  const given = /^sep=(.)(?=\r?\n)/i.exec(text)
  const body = given === null ? text : text.slice(given[0].length)
  const [headingLine = ''] = /[^\s][^\r\n]*/.exec(body) ?? []
  const separators = given?.[1] === undefined ? SEPARATORS : [given[1]]
  const headings = separators.map((separator) => ({
    separator,
    names: parseTable(path, headingLine, separator)[0]?.record ?? [],
  }))
  const found = headings.find(({ names }) => findColumns(names) !== null)
  if (found === undefined) {
    const [most] = headings.sort((a, b) => b.names.length - a.names.length)
    const came = most?.names.slice(0, 6).join(', ') ?? ''
    throw refuseList(path, 'a header line with the columns file and label', came || 'nothing')
  }
  const [heading, ...records] = parseTable(path, body, found.separator)
  const names = heading?.record ?? []
  const columns = findColumns(names)
  if (columns === null) throw refuseList(path, 'a heading in one line', headingLine)
  const at = (name: string | null): number => (name === null ? -1 : names.indexOf(name))
  const [file, label, split] = [at(columns.file), at(columns.label), at(columns.split)]
  const rows: Row[] = []
  const ragged: SkippedFile[] = []
  const lines: string[] = []
  for (const { record, info } of records) {
    const place = `line ${info.lines}`
    // Spreadsheets fill rows up with empty fields.
    const isFilledUp = record.slice(names.length).every((field) => field === '')
    if (record.length < names.length || !isFilledUp) {
      const fields = record.length === 1 ? '1 field' : `${record.length} fields`
      const reason = `${fields} where the heading has ${names.length}`
      ragged.push({ file: basename(path), reason: `${reason} (${place})` })
      lines.push(place)
      continue
    }
    const own = split < 0 ? '' : itemAt(record, split)
    rows.push({ file: itemAt(record, file), label: itemAt(record, label), split: own, place })
  }
  const warnings =
    ragged.length === 0
      ? []
      : [
          `Rows that do not have the ${names.length} fields of the heading were left out: ${nameSome(lines)}. A field that holds the separator itself must stand in double quotes.`,
        ]
  return { rows, columns: [columns], skipped: ragged, warnings }
}

function parseTable(
  path: string,
  text: string,
  delimiter: string,
): { record: string[]; info: { lines: number } }[] {
  try {
    return parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as ReturnType<typeof parseTable>
  } catch (error) {
    throw refuseList(path, 'rows of a table', error instanceof Error ? error.message : 'none')
  }
}

const TEXT = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .transform((value) => (value === null ? '' : String(value).trim()))
const BY_LABEL = z.record(z.string(), z.array(z.string()))
const ENTRY = z.record(z.string(), z.unknown())

function parseJson(path: string, text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw refuseList(path, `JSON${place}`, error instanceof Error ? error.message : String(error))
  }
}

/** Whether a file that calls itself JSON has an object in each line. */
function looksLikeLines(text: string): boolean {
  return /^\s*\{[^\n]*\}[ \t]*\r?\n\s*\{/.test(text)
}

function readLines(path: string, text: string): Rows {
  const entries = text.split(/\r?\n/).flatMap((line, at) => {
    const place = `line ${at + 1}`
    return line.trim() === '' ? [] : [{ entry: parseJson(path, line, ` in ${place}`), place }]
  })
  return readEntries(path, entries)
}

function readJson(path: string, text: string): Rows {
  const value = parseJson(path, text, '')
  const byLabel = BY_LABEL.safeParse(value)
  if (byLabel.success) return readByLabel(path, byLabel.data)
  if (!Array.isArray(value)) {
    const expected = 'an array of objects, or an object from labels to files'
    throw refuseList(path, expected, value === null ? 'null' : typeof value)
  }
  return readEntries(
    path,
    value.map((entry: unknown, at) => ({ entry, place: `entry ${at + 1}` })),
  )
}

function readByLabel(path: string, byLabel: z.infer<typeof BY_LABEL>): Rows {
  const labels = Object.keys(byLabel)
  if (labels.some((label) => readHalf(label) === 'train') && labels.every(readHalf)) {
    throw refuseList(
      path,
      'an object from labels to files',
      `names of halves (${nameSome(labels)})`,
    )
  }
  const rows = Object.entries(byLabel).flatMap(([label, files]) =>
    files.map((file, at) => ({ file, label, split: '', place: `entry ${at + 1} of ${label}` })),
  )
  return { rows, columns: [], skipped: [], warnings: [] }
}

function readEntries(
  path: string,
  entries: readonly { readonly entry: unknown; readonly place: string }[],
): Rows {
  // By the names of the fields: the same in nearly every entry.
  const known = new Map<string, ListColumns | null>()
  const rows = entries.map(({ entry, place }) => {
    const fields = ENTRY.safeParse(entry).data
    if (fields === undefined) throw refuseList(path, `an object in ${place}`, typeof entry)
    const names = Object.keys(fields)
    const key = names.join('\n')
    const columns = known.get(key) ?? findColumns(names)
    known.set(key, columns)
    const came = names.join(', ') || 'nothing'
    if (columns === null) throw refuseList(path, `file and label in ${place}`, came)
    const read = (name: string | null): string => {
      if (name === null) return ''
      const text = TEXT.safeParse(fields[name]).data
      if (text === undefined) throw refuseList(path, `a text as ${name} in ${place}`, 'a list')
      return text
    }
    const { file, label, split } = columns
    return { file: read(file), label: read(label), split: read(split), place }
  })
  const columns = [...known.values()].filter((one) => one !== null)
  return { rows, columns, skipped: [], warnings: [] }
}

/** What the words of the split stand for. A column that may be about something else may not. */
function settleSplits(path: string, { rows, columns, skipped, warnings }: Rows): PictureList {
  const assumed = columns.flatMap((one) => one.assumed)
  const strange = rows.find(({ split }) => split !== '' && readHalf(split) === null)
  const unsure = columns.find(({ split, isSplitSure }) => split !== null && !isSplitSure)
  if (strange !== undefined && unsure === undefined) {
    throw refuseList(path, `the split in ${strange.place} to be train, val or test`, strange.split)
  }
  const isUsed = strange === undefined
  if (!isUsed) {
    assumed.push(
      `The column "${unsure?.split ?? ''}" was not used as a split: "${strange.split}" (${strange.place}) is not train, val or test.`,
    )
  }
  const pictures = rows.map(({ split, ...row }) => ({
    ...row,
    split: isUsed ? readHalf(split) : null,
  }))
  return { pictures, skipped, warnings: [...warnings, ...assumed] }
}
