/** Whether a path is absolute on any system that the lab runs on: `/x`, `C:\x`, `C:/x`, `\\server\share`. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path)
}
