/** The last part of a path, of either system. */
export function nameFile(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}

/** A file's name without its ending. */
export function stemOf(fileName: string): string {
  return fileName.replace(/\.[^.]*$/, '')
}
