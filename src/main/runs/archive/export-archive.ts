import { readdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { LabError } from '../../../shared/contract'
import { explainArchiveError, type ArchiveOptions } from '../../files/archive/archive-format'
import { writeArchive } from '../../files/archive/write-archive'
import { lockFolder } from '../../files/folder-lock'
import { toFolderName } from '../../files/folder-name'
import { RUN_ARCHIVE } from './run-archive'

/**
 * Writes a run into one tar file, which is there only when it is whole.
 * @throws LabError `busy` while the run trains, `disk` when it cannot be read or written, `cancelled`.
 */
export async function exportRunArchive(
  runFolder: string,
  file: string,
  options: ArchiveOptions,
): Promise<void> {
  const folder = resolve(runFolder)
  // Nobody may train it meanwhile: its parts would be of different steps.
  const unlock = lockFolder(folder)
  try {
    const names = await listRunFiles(folder).catch((error: unknown) => {
      throw explainArchiveError(error, `to write ${file}`)
    })
    const members = names.map((name) => ({ name, content: { path: join(folder, name) } }))
    await writeArchive(file, toFolderName(basename(folder)), members, options)
  } finally {
    unlock()
  }
}

/** Names of a run's files that are whole, with forward slashes; `run.json` first. */
async function listRunFiles(folder: string): Promise<string[]> {
  const top = await readdir(folder)
  const checkpoints = await readdir(join(folder, 'checkpoints')).catch((): string[] => [])
  const inside = await Promise.all(
    checkpoints.map(async (name) =>
      (await readdir(join(folder, 'checkpoints', name)).catch((): string[] => [])).map(
        (file) => `checkpoints/${name}/${file}`,
      ),
    ),
  )
  const names = [...top, ...inside.flat()].filter((name) => RUN_ARCHIVE.fileName.test(name)).sort()
  if (!names.includes('run.json')) {
    throw new LabError('not-found', `Expected a run in ${folder}; there is no run.json.`)
  }
  return ['run.json', ...names.filter((name) => name !== 'run.json')]
}
