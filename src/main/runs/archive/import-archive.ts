import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readRunFile } from '../../../shared/spec'
import {
  cancelled,
  explainArchiveError,
  type ArchiveOptions,
} from '../../files/archive/archive-format'
import { refuseArchive, unpackArchive } from '../../files/archive/unpack-archive'
import { replaceFile, syncFolder } from '../../files/durable-files'
import { toFolderName } from '../../files/folder-name'
import { makeFolder } from '../../files/make-folder'
import { chooseRunName } from '../../files/run-names'
import { RUN_ARCHIVE } from './run-archive'

/** What a rename says where a folder with files is there already. */
const TAKEN = ['ENOTEMPTY', 'EEXIST']

/**
 * Makes a run from an archive, in a new folder under `runsFolder`; nothing that exists is overwritten, and
 * a name that a run there has gets a number.
 * Every name and every byte is checked before the run appears.
 * @returns the run's folder
 * @throws LabError `unreadable` for what is no whole archive of a run, `disk`, `cancelled`.
 */
export async function importRunArchive(
  file: string,
  runsFolder: string,
  { signal, onProgress }: ArchiveOptions,
): Promise<string> {
  try {
    makeFolder(runsFolder)
  } catch (error) {
    throw explainArchiveError(error, `to write into ${runsFolder}`)
  }
  const { size: total } = await stat(file).catch((error: unknown) => {
    throw explainArchiveError(error, `to read ${file}`)
  })
  // The list of runs passes over names with a dot.
  const staging = await mkdtemp(join(runsFolder, '.importing-'))
  try {
    const root = await unpackArchive(RUN_ARCHIVE, file, staging, {
      signal,
      onProgress: (done) => onProgress(done, total),
    })
    await nameRun(file, join(staging, 'run.json'), runsFolder)
    await syncFolder(staging)
    if (signal.aborted) throw cancelled()
    for (let number = 1; ; number++) {
      const folder = join(runsFolder, toFolderName(root) + (number === 1 ? '' : `-${number}`))
      if (existsSync(folder)) continue
      try {
        await rename(staging, folder)
        return folder
      } catch (error) {
        // Another import has taken the name since.
        if (!TAKEN.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      }
    }
  } catch (error) {
    await rm(staging, { recursive: true, force: true }).catch(() => undefined)
    throw signal.aborted
      ? cancelled()
      : explainArchiveError(error, `to import ${file} into ${runsFolder}`)
  }
}

/** Checks the run, and gives it another name where a run that is there has its own. */
async function nameRun(file: string, path: string, runsFolder: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  const read = readRunFile(text)
  if ('fault' in read) throw refuseArchive(RUN_ARCHIVE, file, `a run.json that is ${read.fault}`)
  const name = await chooseRunName(runsFolder, read.run.name)
  if (name === read.run.name) return
  // All else stays as it came, also what a later version of the lab wrote.
  const run = { ...(JSON.parse(text) as object), name }
  await replaceFile(path, `${JSON.stringify(run, null, 2)}\n`)
}
