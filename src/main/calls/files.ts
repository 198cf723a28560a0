import { readFile, stat, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { app, clipboard } from 'electron'
import { LabError } from '../../shared/contract'
import type { HandlersOf } from '../../shared/contract/call-table'
import type { FILE_CALLS } from '../../shared/contract/main/files'
import { openDialog, saveDialog } from '../window/dialogs'
import { printPdf } from '../window/print-pdf'
import { revealPath } from '../window/window'
import type { MainParts } from './parts'
import { describeFileError } from '../files/disk-errors'

/** Longest text that is read from a file or the clipboard. */
const MAX_TEXT_BYTES = 1_000_000
/** Longest that the window waits for a disk that may be asleep or far away. */
const DISK_PATIENCE_MS = 500

/** Files that the person chooses, and the clipboard. */
export function createFileHandlers({ window }: MainParts): HandlersOf<typeof FILE_CALLS> {
  return {
    'file.save': async ({ suggestedName, bytes }) => {
      const filePath = await saveDialog(window(), 'Export', suggestedName)
      if (filePath === null) return null
      await writeChosen(filePath, bytes)
      return filePath
    },
    'file.savePdf': async ({ suggestedName, html, paper }) => {
      const filePath = await saveDialog(window(), 'Export', suggestedName)
      if (filePath === null) return null
      await writeChosen(filePath, await printPdf(html, paper, app.getPath('temp')))
      return filePath
    },
    'file.openText': async ({ title, extension }) => {
      const path = await openDialog(window(), {
        title,
        properties: ['openFile'],
        filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
      })
      return path === null ? null : readTextFile(path)
    },
    'file.exists': ({ path }) =>
      Promise.race([
        stat(path).then(
          () => true,
          () => false,
        ),
        setTimeout(DISK_PATIENCE_MS, true, { ref: false }),
      ]),
    'shell.reveal': ({ path }) => {
      revealPath(path)
      return null
    },
    'clipboard.write': async ({ text }) => {
      await clipboard.writeText(text)
      return null
    },
    // A promise from Electron 40 on, a string before.
    'clipboard.read': async () => (await clipboard.readText()).slice(0, MAX_TEXT_BYTES),
    'clipboard.paste': () => {
      window()?.webContents.paste()
      return null
    },
  }
}

async function writeChosen(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes).catch((error: unknown) => {
    throw new LabError(
      'disk',
      `Expected to write ${path}; ${describeFileError(error)}.`,
      'Save it elsewhere.',
    )
  })
}

async function readTextFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > MAX_TEXT_BYTES) {
      throw new LabError(
        'bad-input',
        `Expected a text file of at most ${MAX_TEXT_BYTES} bytes; ${path} has ${size}.`,
        'Choose another file.',
      )
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof LabError) throw error
    throw new LabError(
      'unreadable',
      `Expected to read ${path}; ${describeFileError(error)}.`,
      'Choose another file.',
    )
  }
}
