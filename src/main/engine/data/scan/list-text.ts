import { isUtf8 } from 'node:buffer'
import { readFile, stat } from 'node:fs/promises'
import { LabError } from '../../../../shared/contract'
import { describeFileError } from '../../../files/disk-errors'

/** A million rows take about 100 MB. */
const MAX_LIST_BYTES = 256 * 1024 * 1024
/** What is looked at to tell UTF-16 without a mark, or no text at all. */
const SAMPLE_BYTES = 4096

const SAVE_AS_UTF8 = 'Save it again as UTF-8; in Excel choose "CSV UTF-8" as the type.'

/**
 * The text of a list, without its byte order mark.
 * @throws LabError `not-found`, `unreadable`, or `bad-input` for what is no UTF-8 text
 */
export async function readListText(path: string): Promise<string> {
  let bytes: Buffer
  try {
    const found = await stat(path)
    if (found.isDirectory()) {
      throw refuseList(path, 'a list of pictures', 'a folder', 'Rename it without the extension.')
    }
    if (found.size > MAX_LIST_BYTES) {
      throw refuseList(path, `at most ${MAX_LIST_BYTES} bytes`, `${found.size}`)
    }
    bytes = await readFile(path)
  } catch (error) {
    throw error instanceof LabError ? error : describeUnread(path, error)
  }
  const other = tellOtherThanUtf8(bytes)
  if (other !== null) throw refuseList(path, 'UTF-8 text', other, SAVE_AS_UTF8)
  return bytes.toString('utf8').replace(/^\uFEFF/, '')
}

/** One line about a list: what was expected, what came. */
export function refuseList(path: string, expected: string, came: string, hint?: string): LabError {
  return new LabError(
    'bad-input',
    `Expected ${expected} in ${path}; got ${came.replace(/\s+/g, ' ')}.`,
    hint ??
      'A list has the columns file, label and, optionally, split (train, val or test); file paths are relative to the list.',
  )
}

function describeUnread(path: string, error: unknown): LabError {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LabError('not-found', `There is no file ${path}.`, 'Check the path.')
  }
  return new LabError(
    'unreadable',
    `The list ${path} can't be read: ${describeFileError(error)}.`,
    'Change its permissions, or choose another list.',
  )
}

/** What the bytes are instead; null for UTF-8. */
function tellOtherThanUtf8(bytes: Buffer): string | null {
  const [first, second] = bytes
  const mark = first === undefined || second === undefined ? 0 : first * 256 + second
  if (mark === 0xfffe || mark === 0xfeff) return 'UTF-16'
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') {
    return 'an archive, such as an Excel workbook'
  }
  const sample = bytes.subarray(0, SAMPLE_BYTES)
  const zeros = sample.filter((byte) => byte === 0).length
  // Every second byte of Latin letters in UTF-16.
  if (zeros > sample.length / 4) return 'UTF-16'
  if (zeros > 0) return 'bytes that are no text'
  if (isUtf8(bytes)) return null
  return `another encoding, such as Windows-1252, in line ${findLine(bytes)}`
}

/** The first line that is no UTF-8, from 1. */
function findLine(bytes: Buffer): number {
  let line = 1
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(10, start)
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line
    start = end + 1
  }
}
