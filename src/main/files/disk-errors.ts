import { LabError } from '../../shared/contract'

const DISK_REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'there is no permission to write',
  EPERM: 'there is no permission to write',
  EROFS: 'the file system is read-only',
  EIO: 'the disk reports an error',
  EFBIG: 'the file would be larger than the file system or the process allows',
  ENOENT: 'the folder is gone, or none can be made there',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'there is a folder of that name',
  EEXIST: 'there is a file of that name',
  ENAMETOOLONG: 'a name in the path is too long',
  ELOOP: 'links in the path lead in a circle',
  EMFILE: 'too many files are open',
}

/** Turns a system error of writing into one line; anything else stays what it is. */
export function explainDiskError(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  const reason = typeof code === 'string' ? DISK_REASONS[code] : undefined
  if (reason === undefined) return error
  return new LabError(
    'disk',
    `Expected to write into ${folder}; ${reason} (${String(code)}).`,
    'Free some space or choose another folder; finished checkpoints are safe, and the run can be continued.',
  )
}

/** The path itself is wrong, however much space there is. */
const PATH_CODES: readonly unknown[] = [
  'EISDIR',
  'EEXIST',
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
  'ELOOP',
]

/** {@link explainDiskError} of a path that a person gave: one that is wrong is bad input. */
export function explainPathError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (!PATH_CODES.includes(code)) return explainDiskError(error, path)
  return new LabError(
    'bad-input',
    `Expected a path that can be written; ${path} is none: ${DISK_REASONS[code ?? ''] ?? ''} (${code}).`,
    'Choose another.',
  )
}

/** Words where a file that is named in the message is meant, read or written. */
const FILE_REASONS: typeof DISK_REASONS = {
  ...DISK_REASONS,
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it does not exist',
  EEXIST: 'there is something of that name',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link that points back to itself',
  ENAMETOOLONG: 'its name is too long',
}

/**
 * Why a file or a folder could not be read or written, in a few words: `permission denied (EACCES)`. That
 * it does not exist needs no code.
 */
export function describeFileError(error: unknown): string {
  const { code, message = String(error) } = error as Partial<NodeJS.ErrnoException>
  const reason = code === undefined ? undefined : FILE_REASONS[code]
  if (reason === undefined) return message.trim().replace(/\n.*/s, '')
  return code === 'ENOENT' ? reason : `${reason} (${code})`
}
