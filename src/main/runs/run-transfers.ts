import { basename } from 'node:path'
import { LabError, type RunTransfer } from '../../shared/contract'
import type { ArchiveOptions } from '../files/archive/archive-format'
import { exportRunArchive } from './archive/export-archive'
import { importRunArchive } from './archive/import-archive'
import { measurePace } from '../../shared/measure-pace'

/** How often the window is told how far it is. */
const TELL_MS = 100

/** Exports and imports for the window: one at a time, told as they go, ended on request. */
export class RunTransfers {
  #controller: AbortController | null = null

  readonly #runsFolder: string
  readonly #tell: (transfer: RunTransfer | null) => void

  constructor(runsFolder: string, tell: (transfer: RunTransfer | null) => void) {
    this.#runsFolder = runsFolder
    this.#tell = tell
  }

  /** @returns the file. @throws LabError of {@link exportRunArchive}, or `busy` */
  export(folder: string, file: string): Promise<string> {
    return this.#run('export', basename(folder), async (options) => {
      await exportRunArchive(folder, file, options)
      return file
    })
  }

  /** @returns the new run's folder. @throws LabError of {@link importRunArchive}, or `busy` */
  import(file: string): Promise<string> {
    return this.#run('import', basename(file), (options) =>
      importRunArchive(file, this.#runsFolder, options),
    )
  }

  cancel(): void {
    this.#controller?.abort()
  }

  async #run<T>(
    kind: RunTransfer['kind'],
    name: string,
    work: (options: ArchiveOptions) => Promise<T>,
  ): Promise<T> {
    if (this.#controller !== null) {
      throw new LabError(
        'busy',
        'Expected no other export or import; one is in progress.',
        'Wait for it to finish, or cancel it.',
      )
    }
    const controller = new AbortController()
    this.#controller = controller
    const startMs = performance.now()
    let toldMs = -Infinity
    try {
      return await work({
        signal: controller.signal,
        onProgress: (doneBytes, totalBytes) => {
          const nowMs = performance.now()
          if (nowMs - toldMs < TELL_MS) return
          toldMs = nowMs
          const pace = measurePace(doneBytes, totalBytes, nowMs - startMs)
          this.#tell({ kind, name, doneBytes, totalBytes, ...pace })
        },
      })
    } finally {
      this.#controller = null
      this.#tell(null)
    }
  }
}
