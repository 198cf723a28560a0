import { statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LabError } from '../../shared/contract'
import { describeFileError, explainPathError } from '../files/disk-errors'

/**
 * Refuses a path where no file can be written, before the work whose result it is to hold.
 * @param path - absolute
 * @param option - that it came from
 * @throws LabError `bad-input` for a folder, or a path in a folder that does not exist.
 */
export function checkOutputFile(path: string, option = '--out'): void {
  if (isFolder(path, option)) throw refuse(path, 'it is a folder', option)
  const folder = dirname(path)
  if (!isFolder(folder, option)) throw refuse(path, `there is no folder ${folder}`, option)
}

/**
 * Writes a file that a person named.
 * @throws LabError `bad-input` where the path is wrong, `disk` where the disk is.
 */
export async function writeOutputFile(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, content)
  } catch (error) {
    throw explainPathError(error, path)
  }
}

function isFolder(path: string, option: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw refuse(path, describeFileError(error), option)
  }
}

function refuse(path: string, why: string, option: string): LabError {
  return new LabError(
    'bad-input',
    `Expected a file for ${option}; ${path} cannot be one: ${why}.`,
    'Name a file in a folder that exists.',
  )
}
