/** The last part of a path, of either system. */
export function nameFile(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}

/** The folder that a path lies in, of either system. */
export function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '') || '/'
}

/** A file's name without its ending. */
export function stemOf(fileName: string): string {
  return fileName.replace(/\.[^.]*$/, '')
}

/** A network's or a run's name as a part of a file's name: "d", "a-lrn", "b-with-5-5". */
export function writeFileStem(name: string): string {
  const stem = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
  return stem === '' ? 'network' : stem
}
