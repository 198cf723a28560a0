import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/contract'
import type { STORAGE_CALLS } from '../../../shared/contract/storage'
import { explainDiskError } from '../../files/disk-errors'
import { measureFolder } from '../../files/measure-folder'
import { clearCache, measureCache } from '../data/preparation/cache-storage'
import { isRunFolder } from '../runs/run-folder'
import type { Handlers } from './call-handlers'

/** What the lab takes on the disk. It touches neither TensorFlow nor a run in training. */
export const STORAGE_HANDLERS: Handlers<typeof STORAGE_CALLS> = {
  'storage.measure': ({ runsFolder }, { signal }) =>
    orCancelled(signal, async () => ({
      runs: {
        folder: runsFolder,
        bytes: await measureFolder(runsFolder, signal),
        entries: await countRuns(runsFolder),
      },
      cache: await measureCache(signal),
    })),
  'storage.clearCache': (_, { signal }) => orCancelled(signal, () => clearCache(signal)),
}

async function countRuns(runsFolder: string): Promise<number> {
  if (!existsSync(runsFolder)) return 0
  const names = await readdir(runsFolder)
  return names.filter((name) => isRunFolder(join(runsFolder, name))).length
}

async function orCancelled<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (signal.aborted) throw new LabError('cancelled', 'Measuring the disk was cancelled.')
    throw explainDiskError(error, 'the picture cache')
  }
}
