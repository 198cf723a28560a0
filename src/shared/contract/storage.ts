import { z } from 'zod'
import { absolutePath } from './args'
import { defineEngineCalls, resultOf } from './call-table'

/** A folder of the lab's, and what it takes on the disk. */
export interface StoredFolder {
  /** Absolute path; there may be none yet. */
  readonly folder: string
  readonly bytes: number
  /** Runs, or data sets that were prepared. */
  readonly entries: number
}

/** What the lab keeps on the disk. */
export interface StorageReport {
  readonly runs: StoredFolder
  /** Prepared pictures. */
  readonly cache: StoredFolder
}

/** What became of the prepared pictures. */
export interface ClearedCache {
  readonly freedBytes: number
  /** Data sets whose pictures are in use. */
  readonly kept: number
}

export const STORAGE_CALLS = defineEngineCalls('the space that the lab takes on the disk', {
  /** Reads the sizes of all files, which takes a while in a large folder; can be cancelled. */
  'storage.measure': {
    args: z.strictObject({ runsFolder: absolutePath }),
    result: resultOf<StorageReport>(),
    isLatestOnly: true,
    patienceMs: 0,
  },
  /** Removes the prepared pictures that nobody uses. */
  'storage.clearCache': {
    args: z.strictObject({}),
    result: resultOf<ClearedCache>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
})
