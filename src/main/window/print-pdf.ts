import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BrowserWindow, session } from 'electron'
import { LabError } from '../../shared/contract'

/** Longest that a page takes to be laid out and printed. */
const PATIENCE_MS = 120_000

/** The printing windows' own session, kept in memory: nothing of the lab's. */
const PARTITION = 'print'

/** Inches. */
const MARGIN = 0.55

const FOOTER =
  '<div style="width:100%;padding:0 14mm;font:8px sans-serif;color:#59626b;text-align:right"><span class="pageNumber"></span> / <span class="totalPages"></span></div>'

/**
 * Prints an HTML document as a PDF with numbered pages, in a hidden window that runs no script and reaches
 * nothing but that document.
 * @param folder - where a file may lie while it is printed
 * @throws LabError `failed` where it cannot be printed
 */
export async function printPdf(
  html: string,
  paper: 'A4' | 'Letter',
  folder: string,
): Promise<Buffer> {
  const own = await mkdtemp(join(folder, 'printing-'))
  const file = join(own, 'report.html')
  const url = pathToFileURL(file).href
  const printing = session.fromPartition(PARTITION)
  printing.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: details.url !== url && !details.url.startsWith('data:') }),
  )
  printing.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: printing,
      javascript: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
    },
  })
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  let timer: NodeJS.Timeout | undefined
  try {
    await writeFile(file, html)
    const print = async (): Promise<Buffer> => {
      await window.loadURL(url)
      return window.webContents.printToPDF({
        pageSize: paper,
        printBackground: true,
        displayHeaderFooter: true,
        headerTemplate: '<span></span>',
        footerTemplate: FOOTER,
        margins: { top: MARGIN, bottom: MARGIN + 0.1, left: MARGIN, right: MARGIN },
      })
    }
    const patience = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('it took too long')), PATIENCE_MS)
    })
    return await Promise.race([print(), patience])
  } catch (error) {
    throw new LabError(
      'internal',
      `Expected to print the report; ${error instanceof Error ? error.message : String(error)}.`,
      'Export it as HTML, and print that from a browser.',
    )
  } finally {
    clearTimeout(timer)
    window.destroy()
    await rm(own, { recursive: true, force: true }).catch(() => undefined)
  }
}
