import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { LabError } from '../shared/contract'

const LOCK_FILE = 'lock'

/** Who trains a run: a process, told apart from a later one of the same number by its start. */
interface Holder {
  readonly pid: number
  /** Start of the process in the system's own clock; '' where it is not told. */
  readonly started: string
}

/** Runs that this process trains; a lock of our own is no lock of a dead process. */
const held = new Set<string>()

/**
 * Takes a run folder for this process, so that no two train one run. A lock that a dead process
 * left is taken over.
 * @returns what gives it back; may be called twice.
 * @throws LabError `busy` when another process, or this one, trains the run.
 */
export function lockRun(runFolder: string): () => void {
  const path = join(runFolder, LOCK_FILE)
  if (isRunLocked(runFolder)) throw busy(runFolder, readHolder(path)?.pid ?? process.pid)
  rmSync(path, { force: true })
  let file: number
  try {
    file = openSync(path, 'wx')
  } catch (error) {
    // Another process took it between the look and the taking.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw busy(runFolder, null)
    throw error
  }
  const holder: Holder = { pid: process.pid, started: readStart(process.pid) }
  writeSync(file, `${JSON.stringify(holder)}\n`)
  closeSync(file)
  held.add(runFolder)
  return () => {
    if (held.delete(runFolder)) rmSync(path, { force: true })
  }
}

/** Whether a living process trains the run. A run `running` without a lock was cut off. */
export function isRunLocked(runFolder: string): boolean {
  if (held.has(runFolder)) return true
  const holder = readHolder(join(runFolder, LOCK_FILE))
  if (holder === null || holder.pid === process.pid) return false
  return isAlive(holder.pid) && holder.started === readStart(holder.pid)
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
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

function busy(runFolder: string, pid: number | null): LabError {
  const by =
    pid === process.pid ? 'this process' : pid === null ? 'another process' : `process ${pid}`
  return new LabError(
    'busy',
    `Expected a run that nobody trains; ${runFolder} is being trained by ${by}.`,
    'Stop it there first, or train into another folder.',
  )
}
