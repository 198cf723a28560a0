import { basename, join } from 'node:path'
import { LabError, type SkippedFile } from '../../../../shared/contract'
import { isListPath } from '../../../../shared/spec'
import { describeFileError } from '../../../files/disk-errors'
import { checkFile } from './check-file'
import type { Half } from './half-names'
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

/** How many of a folder's own files are pictures; of the first thousand, which is enough to tell. */
export function countPictures(path: string, entries: readonly FolderEntry[]): number {
  const files = entries.filter((entry) => entry.kind === 'file' && entry.hidden === null)
  return files.slice(0, 1000).filter(({ name }) => typeof checkFile(join(path, name)) === 'object')
    .length
}

/** Says what lies there instead: often the pictures themselves. */
export function noClassFolders(root: string, entries: readonly FolderEntry[]): LabError {
  const pictures = countPictures(root, entries)
  const found =
    pictures > 0
      ? `it holds ${pictures} picture${pictures === 1 ? '' : 's'} directly`
      : entries.some((entry) => entry.kind === 'file' && entry.hidden === null)
        ? 'it holds only other files'
        : 'it is empty'
  const list = findList(root, entries)
  return new LabError(
    'bad-input',
    `${root} has no class folders: ${found}.`,
    `${hintAtList(list)}Put the pictures of each class in their own subfolder, named after the class.`,
    list,
  )
}

/** A list that lies in the folder, and may say which picture is of which class; absolute. */
function findList(root: string, entries: readonly FolderEntry[]): string | null {
  const list = entries.find(
    (one) => one.hidden === null && one.kind === 'file' && isListPath(one.name),
  )
  return list === undefined ? null : join(root, list.name)
}

function hintAtList(list: string | null): string {
  return list === null ? '' : `If ${basename(list)} lists pictures and classes, open it instead. `
}

/**
 * @param entries - of the root
 * @param inner - relative to the root: the folder whose subfolders are the classes, if there is one
 */
export function oneClass(
  root: string,
  name: string,
  entries: readonly FolderEntry[],
  inner: string | null,
): LabError {
  const place = inner === null ? null : join(root, inner)
  const list = place === null ? findList(root, entries) : null
  return new LabError(
    'bad-input',
    `${root} has pictures of one class only (${name}); at least two are needed.`,
    place === null
      ? `${hintAtList(list)}Open its parent folder if ${basename(root)} is itself a class, or add a second class folder.`
      : `If the folders inside it are the classes, open ${place} instead.`,
    place ?? list,
  )
}

/** @param inner - relative to the root: the folder that is meant */
export function wrapped(root: string, inner: string): LabError {
  const place = join(root, inner)
  return new LabError(
    'bad-input',
    `${root} is only a wrapper: the class folders are in its folder ${inner}.`,
    `Open ${place} instead.`,
    place,
  )
}

/** @param inner - relative to the root: where the half's class folders are */
export function wrappedHalf(root: string, half: string, inner: string): LabError {
  return new LabError(
    'bad-input',
    `${join(root, half)} is only a wrapper: its class folders are in ${inner}.`,
    `Move them up into ${half}, so that the halves can be read together; or open ${join(root, inner)} alone.`,
  )
}

/** Neither may be guessed: the other would silently be left out. */
export function twoOfOneHalf(root: string, half: Half, names: readonly string[]): LabError {
  const what = half === 'train' ? 'training' : half
  return new LabError(
    'bad-input',
    `${root} has ${names.length} folders for the ${what} half: ${names.join(', ')}.`,
    'Rename all but one, move them elsewhere, or put their pictures together.',
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
