import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron'

/** Asks where to save. @returns the path, or null when it was cancelled */
export async function saveDialog(
  owner: BrowserWindow | null,
  title: string,
  defaultPath: string,
): Promise<string | null> {
  const options = { title, defaultPath }
  const { canceled, filePath } = owner
    ? await dialog.showSaveDialog(owner, options)
    : await dialog.showSaveDialog(options)
  // Electron 22 gives undefined for no path, newer ones ''.
  return canceled || !filePath ? null : filePath
}

/** Asks for a file or a folder. @returns its path, or null when it was cancelled */
export async function openDialog(
  owner: BrowserWindow | null,
  options: OpenDialogOptions,
): Promise<string | null> {
  const { canceled, filePaths } = owner
    ? await dialog.showOpenDialog(owner, options)
    : await dialog.showOpenDialog(options)
  return canceled ? null : (filePaths[0] ?? null)
}
