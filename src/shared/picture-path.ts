/**
 * Absolute path of a data set's picture, also of one in a folder joined from elsewhere, whose name
 * begins with `../` or, on another drive, is an absolute path itself. As `path.resolve` of the system
 * that the folder is on; the window has no `node:path`.
 *
 * @param folder - absolute: `/data`, `C:\data` or `\\server\share\data`
 * @param file - relative to the folder, with forward slashes; or absolute
 */
export function resolvePicturePath(folder: string, file: string): string {
  const isWindows = WINDOWS_ROOT.test(folder)
  const isAbsolute = isWindows ? WINDOWS_ROOT.test(file) : file.startsWith('/')
  const path = isAbsolute ? file : `${folder}/${file}`
  const separator = isWindows ? '\\' : '/'
  const root = isWindows ? (WINDOWS_ROOT.exec(path)?.[0] ?? '') : ''
  const names: string[] = []
  for (const name of path.slice(root.length).split(isWindows ? /[\\/]/ : '/')) {
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  return root.replaceAll('/', separator) + separator + names.join(separator)
}

/** A drive (`C:`) before a slash, or a share (`\\server\share`). */
const WINDOWS_ROOT = /^(?:[a-z]:(?=[\\/])|[\\/]{2}[^\\/]+[\\/]+[^\\/]+)/i
