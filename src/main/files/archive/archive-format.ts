import { z } from 'zod'
import { LabError } from '../../../shared/contract'
import { describeFileError } from '../disk-errors'

/** The last file of an archive: the list of all others. Without it the archive was cut off. */
export const CONTENTS_FILE = 'archive.json'

/** Bytes read at a time. */
export const CHUNK_BYTES = 1 << 20

/** What an archive holds; nothing else goes into one of that kind or comes out of it. */
export interface ArchiveKind {
  /** "archive of a run" */
  readonly words: string
  /** What to do about one that is damaged. */
  readonly hint: string
  /** Names of its files, below the one folder that all lie in. */
  readonly fileName: RegExp
  /** Names of the folders in it that another program may list. */
  readonly folderName: RegExp
  /** The file without which it is none. */
  readonly mainFile: string
}

/** What is in `archive.json`: size and SHA-256 of each file. */
export const CONTENTS_SCHEMA = z.object({
  version: z.literal(1),
  files: z.record(z.string(), z.object({ bytes: z.int().min(0), sha256: z.string() })),
})
export type Contents = z.infer<typeof CONTENTS_SCHEMA>
export type FileFacts = Contents['files'][string]

/** How an export or import is followed and ended. */
export interface ArchiveOptions {
  readonly signal: AbortSignal
  /** Bytes so far, of all. */
  readonly onProgress: (done: number, total: number) => void
}

/** What an export or import throws when its signal has fired. */
export function cancelled(): LabError {
  return new LabError('cancelled', 'It was cancelled; nothing was changed.')
}

/** An error of the disk as a LabError; one that is a LabError already stays as it is. */
export function explainArchiveError(error: unknown, what: string): LabError {
  if (error instanceof LabError) return error
  return new LabError(
    'disk',
    `Expected ${what}; ${describeFileError(error)}.`,
    'Check the free space and the permissions, and try again.',
  )
}
