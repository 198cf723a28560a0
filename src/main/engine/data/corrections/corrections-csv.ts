import { parse } from 'csv-parse/sync'
import { LabError, type Correction } from '../../../../shared/contract'
import { formatCsv } from '../../../../shared/csv'
import { itemAt } from '../../../../shared/present'
import { describeFileError } from '../../../files/disk-errors'

const COLUMNS = ['file', 'action', 'class', 'previous class', 'note', 'when', 'source'] as const
const ACTIONS: readonly Correction['action'][] = ['exclude', 'relabel', 'flag']

/** Corrections as the text of a CSV file; `source` is where each was decided. */
export function writeCorrectionsCsv(corrections: readonly Correction[]): string {
  return formatCsv([
    COLUMNS,
    ...corrections.map(({ file, action, className, previousClass, note, when, from }) => [
      file,
      action,
      className ?? '',
      previousClass ?? '',
      note,
      when,
      from,
    ]),
  ])
}

/**
 * Reads what {@link writeCorrectionsCsv} wrote; of its columns `file` and `action` must be there, and `class`
 * where a picture is relabelled.
 * @param now - ISO 8601: the time of corrections without one
 * @throws LabError `bad-input` with the line
 */
export function readCorrectionsCsv(text: string, now: string): Correction[] {
  const rows = parseRows(text)
  const [heading] = rows
  const names = heading?.record.map((name) => name.trim().toLowerCase()) ?? []
  if (!names.includes('file') || !names.includes('action')) {
    const came = names.join(', ')
    throw refuse(`a heading line with ${COLUMNS.join(', ')}`, came === '' ? 'nothing' : came)
  }
  const byFile = new Map<string, Correction>()
  for (const { record, line } of rows.slice(1)) {
    const cell = (column: (typeof COLUMNS)[number]): string => {
      const at = names.indexOf(column)
      return at < 0 ? '' : (record[at] ?? '').trim()
    }
    const given = cell('action')
    const action = ACTIONS.find((one) => one === given)
    const place = `in line ${line}`
    if (action === undefined) throw refuse(`${ACTIONS.join(', ')} as the action`, given, place)
    const file = record[names.indexOf('file')] ?? ''
    if (file === '') throw refuse('a file', 'none', place)
    const className = action === 'relabel' ? cell('class').normalize('NFC') : null
    if (className === '') throw refuse('a class to relabel to', 'none', place)
    byFile.set(file, {
      file,
      action,
      className,
      previousClass: cell('previous class').normalize('NFC') || null,
      note: cell('note'),
      when: cell('when') || now,
      from: cell('source'),
    })
  }
  if (byFile.size === 0) throw refuse('at least one correction', 'none')
  return [...byFile.values()]
}

/** Rows with the line that each ends in. */
function parseRows(text: string): { readonly record: string[]; readonly line: number }[] {
  try {
    const rows = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    return rows.map(({ record, info }) => ({ record, line: info.lines }))
  } catch (error) {
    throw refuse('a CSV file', describeFileError(error))
  }
}

function refuse(expected: string, came: string, place = 'of the corrections'): LabError {
  return new LabError(
    'bad-input',
    `Expected ${expected} ${place}; got ${came === '' ? 'none' : came}.`,
    `Import a list that the lab exported: ${itemAt(COLUMNS, 0)}, ${COLUMNS.slice(1).join(', ')}.`,
  )
}
