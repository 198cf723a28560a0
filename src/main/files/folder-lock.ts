import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { LabError } from '../../shared/contract'
import { isProcessAlive } from './process-alive'

const LOCK_FILE = 'lock'
/** In which a lock that was made has its holder written. */
const WRITTEN_WITHIN_MS = 2000

/** Who holds a folder: a process, distinguished from a later one of the same number by its start. */
interface Holder {
  readonly pid: number
  /** Start of the process in the system's own clock; '' where it is unknown. */
  readonly started: string
}

/** Folders that this process holds; a lock of our own is no lock of a dead process. */
const held = new Set<string>()

/**
 * Takes a folder (of a run, of prepared pictures) for this process, so that no two write into it. A lock
 * that a dead process left is taken over.
 * @returns what gives it back; may be called twice.
 * @throws LabError `busy` when another process, or this one, holds the folder.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, LOCK_FILE)
  if (isFolderLocked(folder)) throw busy(folder, readHolder(path)?.pid ?? process.pid)
  // Only what was found dead: another process may have taken the folder since.
  if (isLeft(path)) rmSync(path, { force: true })
  let file: number
  try {
    file = openSync(path, 'wx')
  } catch (error) {
    // Another process took it between the look and the taking.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw busy(folder, null)
    throw error
  }
  const holder: Holder = { pid: process.pid, started: readStart(process.pid) }
  writeSync(file, `${JSON.stringify(holder)}\n`)
  closeSync(file)
  held.add(folder)
  return () => {
    if (held.delete(folder)) rmSync(path, { force: true })
  }
}

/** Whether a living process holds the folder. A run that is `running` without a lock was cut off. */
export function isFolderLocked(folder: string): boolean {
  if (held.has(folder)) return true
  const holder = readHolder(join(folder, LOCK_FILE))
  if (holder === null || holder.pid === process.pid) return false
  return isProcessAlive(holder.pid) && holder.started === readStart(holder.pid)
}

/** Whether a lock is there that nobody holds; one without a holder is being written, unless it is old. */
function isLeft(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return false
  const isNew = Date.now() - found.mtimeMs < WRITTEN_WITHIN_MS
  const holder = readHolder(path)
  if (holder === null) return !isNew
  return !isProcessAlive(holder.pid) || holder.started !== readStart(holder.pid)
}

function readHolder(path: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>
    return Number.isInteger(holder.pid) && typeof holder.started === 'string'
      ? (holder as Holder)
      : null
  } catch {
    return null
  }
}

/**
 * Field 22 of /proc/<pid>/stat, counted after the command's closing bracket; '' off Linux, and for a
 * process that has ended and is listed only until its parent asks how: where the parent was killed
 * too, nobody may ever ask.
 */
function readStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? '' : (fields[19] ?? '')
  } catch {
    return ''
  }
}

function busy(folder: string, pid: number | null): LabError {
  const by =
    pid === process.pid ? 'this process' : pid === null ? 'another process' : `process ${pid}`
  return new LabError(
    'busy',
    `Expected a folder that no other work writes into; ${folder} is in use by ${by}.`,
    'Stop the work there first, or choose another folder.',
  )
}
