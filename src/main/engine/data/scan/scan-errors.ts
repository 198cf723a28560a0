import { basename, join } from 'node:path'
import { LabError, type SkippedFile } from '../../../../shared/contract'
import { describeFileError } from '../../../files/disk-errors'
import { checkFile } from './check-file'
import type { FolderEntry } from './list-folder'

/** Turns what the file system said of a folder into the lab's words. */
export function folderError(root: string, error: unknown): LabError {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') {
    return new LabError('not-found', `There is no folder ${root}.`, 'Check the path.')
  }
  if (code === 'ENOTDIR') {
    return new LabError(
      'bad-input',
      `A part of the path ${root} is a file, not a folder.`,
      'Check the path.',
    )
  }
  return new LabError(
    'unreadable',
    `The folder ${root} can't be read: ${describeFileError(error)}.`,
    'Change its permissions, or choose another folder.',
  )
}

/** Says what lies there instead: often the pictures themselves. */
export function noClassFolders(root: string, entries: readonly FolderEntry[]): LabError {
  const hint = 'Put the pictures of each class in their own subfolder, named after the class.'
  const files = entries.filter((entry) => entry.kind === 'file' && entry.hidden === null)
  let pictures = 0
  for (const { name } of files.slice(0, 1000)) {
    if (typeof checkFile(join(root, name)) === 'object') pictures++
  }
  const found =
    pictures > 0
      ? `it holds ${pictures} picture${pictures === 1 ? '' : 's'} directly`
      : files.length > 0
        ? 'it holds only other files'
        : 'it is empty'
  return new LabError('bad-input', `${root} has no class folders: ${found}.`, hint)
}

export function oneClass(root: string, name: string): LabError {
  const isSplit = /^(train|training|val|valid|validation|test)$/i.test(name)
  return new LabError(
    'bad-input',
    `${root} has pictures of one class only (${name}); at least two are needed.`,
    isSplit
      ? `If the classes are inside it, open ${join(root, name)}, or put a val folder next to train.`
      : `Open its parent folder if ${basename(root)} is itself a class, or add a second class folder.`,
  )
}

export function noPictures(root: string, files: number, skipped: readonly SkippedFile[]): LabError {
  const first = skipped.find((one) => !one.reason.startsWith('hidden'))
  const found =
    files === 0
      ? 'its class folders are empty'
      : `none of its ${files} file${files === 1 ? '' : 's'} can be used`
  const example = first === undefined ? '' : ` (${first.file}: ${first.reason})`
  return new LabError(
    'bad-input',
    `${root} has no pictures: ${found}${example}.`,
    'Pictures are JPEG, PNG, BMP, GIF or WebP files in one subfolder per class.',
  )
}
