import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { LabError } from '../../../../shared/contract'
import { describeFileError } from '../../../files/disk-errors'
import { replaceFile } from '../../../files/durable-files'
import { lockFolder } from '../../../files/folder-lock'
import { toFolderName } from '../../../files/folder-name'

/** A change is a matter of milliseconds, whoever makes it. */
const LOCK_PATIENCE_MS = 5000
const LOCK_RETRY_MS = 15

const correction = z.strictObject({
  file: z.string().min(1),
  action: z.enum(['exclude', 'relabel', 'flag']),
  className: z.string().min(1).nullable(),
  previousClass: z.string().nullable(),
  note: z.string(),
  when: z.string(),
  from: z.string(),
})
const undoStep = z.strictObject({
  /** What was done, in words. */
  what: z.string(),
  /** What there was of each file before it. */
  before: z.array(z.strictObject({ file: z.string(), correction: correction.nullable() })),
})
const FILE_SCHEMA = z.strictObject({
  version: z.literal(1),
  source: z.string(),
  corrections: z.array(correction),
  undo: z.array(undoStep),
})

/** The corrections of a data set, and the changes that can be taken back, the last one last. */
export type CorrectionsFile = z.infer<typeof FILE_SCHEMA>

/** Where corrections are kept: with the settings, because nothing makes them again. */
function findCorrectionsFolder(): string {
  return join(process.env.VGG_LAB_USER_DATA ?? join(findSettingsRoot(), 'VGG Lab'), 'corrections')
}

/** As Electron's `appData`, which the command line does not have. */
function findSettingsRoot(): string {
  const { XDG_CONFIG_HOME, APPDATA } = process.env
  if (process.platform === 'win32') return APPDATA ?? join(homedir(), 'AppData', 'Roaming')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
  return XDG_CONFIG_HOME ?? join(homedir(), '.config')
}

/** The file of a data folder, or of a list; it is made with the first correction. */
export function findCorrectionsFile(source: string): string {
  const path = resolve(source)
  const key = createHash('sha256').update(path).digest('hex').slice(0, 16)
  return join(findCorrectionsFolder(), `${toFolderName(basename(path))}-${key}.json`)
}

/**
 * Reads the corrections of a data set; none where there is no file.
 * @param source - the folder or list that was opened
 * @throws LabError `unreadable` for a damaged file, or one of another version of the lab
 */
export async function readCorrections(source: string): Promise<CorrectionsFile> {
  const path = findCorrectionsFile(source)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return makeEmpty(source)
    throw unreadable(path, describeFileError(error))
  }
  const read = parse(text)
  if (typeof read === 'string') throw unreadable(path, read)
  return read
}

/**
 * Changes the corrections of a data set as a whole; nobody else changes them meanwhile. A damaged file is
 * kept aside under another name, and an empty list is changed.
 * @param change - gives the new file; null leaves it as it is
 * @returns the file as it is then, and where a damaged one was put
 * @throws LabError `disk` where it cannot be written, `busy` where another process does not let go of it;
 *   what `change` throws
 */
export async function changeCorrections(
  source: string,
  change: (file: CorrectionsFile) => CorrectionsFile | null,
): Promise<{ readonly file: CorrectionsFile; readonly aside: string | null }> {
  const path = findCorrectionsFile(source)
  const folder = dirname(path)
  try {
    mkdirSync(folder, { recursive: true })
    const unlock = await takeLock(folder)
    try {
      const { before, isDamaged } = await readOrEmpty(source)
      const after = change(before)
      if (after === null) return { file: before, aside: null }
      const aside = isDamaged ? await putAside(path) : null
      await replaceFile(path, `${JSON.stringify(after)}\n`)
      return { file: after, aside }
    } finally {
      unlock()
    }
  } catch (error) {
    if (error instanceof LabError) throw error
    throw new LabError(
      'disk',
      `Expected to write the corrections into ${folder}; ${describeFileError(error)}.`,
      'Free some space, or let the lab write there; the corrections are as they were.',
    )
  }
}

async function readOrEmpty(
  source: string,
): Promise<{ readonly before: CorrectionsFile; readonly isDamaged: boolean }> {
  try {
    return { before: await readCorrections(source), isDamaged: false }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return { before: makeEmpty(source), isDamaged: true }
  }
}

async function putAside(path: string): Promise<string> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  const aside = path.replace(/\.json$/, `.damaged-${stamp}.json`)
  await rename(path, aside)
  return aside
}

async function takeLock(folder: string): Promise<() => void> {
  const end = Date.now() + LOCK_PATIENCE_MS
  for (;;) {
    try {
      return lockFolder(folder)
    } catch (error) {
      const isBusy = error instanceof LabError && error.code === 'busy'
      if (!isBusy || Date.now() > end) throw error
    }
    await wait(LOCK_RETRY_MS)
  }
}

function makeEmpty(source: string): CorrectionsFile {
  return { version: 1, source: resolve(source), corrections: [], undo: [] }
}

/** The file, or what came in place of one. */
function parse(text: string): CorrectionsFile | string {
  if (text.trim() === '') return 'it is empty'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'it is damaged'
  }
  const read = FILE_SCHEMA.safeParse(value)
  return read.success ? read.data : 'it is damaged, or of another version of the lab'
}

function unreadable(path: string, reason: string): LabError {
  return new LabError(
    'unreadable',
    `Expected the corrections of the data set in ${path}; ${reason}.`,
    'Repair the file. Without it, a run can begin with "Corrections: ignore" (--corrections ignore), and the next correction keeps it aside and begins a new list.',
  )
}
