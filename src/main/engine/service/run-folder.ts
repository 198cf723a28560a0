import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LabError } from '../../../shared/contract'
import { toFolderName } from '../../files/folder-name'
import { describeFileError } from '../../files/disk-errors'
import { makeFolder } from '../../files/make-folder'
import { chooseRunName } from '../../files/run-names'

/**
 * A new, empty folder for a run, named after it, and a name that no other run there has: a number is
 * added where it is taken.
 * @param name - the run's name; '' takes the data folder's and the network's
 * @throws LabError `disk` when it cannot be made.
 */
export async function makeRunFolder(
  runsFolder: string,
  name: string,
  fallback: { dataFolder: string; network: string },
): Promise<{ folder: string; name: string }> {
  const wanted = name.trim() || `${basename(fallback.dataFolder)} ${fallback.network}`
  try {
    makeFolder(runsFolder)
    const own = await chooseRunName(runsFolder, wanted)
    const slug = toFolderName(own)
    for (let number = 1; ; number++) {
      const suffix = number === 1 ? '' : `-${number}`
      const folder = join(runsFolder, slug + suffix)
      try {
        await mkdir(folder)
        return { folder, name: own }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
  } catch (error) {
    throw new LabError(
      'disk',
      `Expected to make a run folder in ${runsFolder}; ${describeFileError(error)}.`,
      'Choose a writable folder (VGG_LAB_RUNS), or free some space.',
    )
  }
}
