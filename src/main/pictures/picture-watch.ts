import { stat } from 'node:fs/promises'
import type { FSWatcher } from 'chokidar'
import { LabError, type MainEvents } from '../../shared/contract'
import { isImagePath } from '../../shared/spec'

/** A file is whole when its size has stood still for so long. */
const STABLE_MS = 150

/** Receives what happens in the folder. */
export interface PictureListener {
  readonly onPicture: (picture: MainEvents['picture']) => void
  readonly onEnd: (end: MainEvents['watchEnded']) => void
}

/** Watches one folder, not those in it, for pictures that come or change. The folder is only read. */
export class PictureWatch {
  #watcher: FSWatcher | null = null

  readonly #listener: PictureListener

  constructor(listener: PictureListener) {
    this.#listener = listener
  }

  /**
   * Watches this folder and no other any more; null watches none.
   * @throws LabError `not-found` where there is no such folder
   */
  async follow(folder: string | null): Promise<void> {
    await this.#watcher?.close()
    this.#watcher = null
    if (folder === null) return
    const isFolder = await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    )
    if (!isFolder) {
      throw new LabError(
        'not-found',
        `Expected a folder to watch at ${folder}; there is none.`,
        'Choose another folder.',
      )
    }
    // Not before somebody watches a folder: the window's first paint does not wait for it.
    const { watch } = await import('chokidar')
    const watcher = watch(folder, {
      depth: 0,
      ignoreInitial: true,
      awaitWriteFinish: { stabilityThreshold: STABLE_MS, pollInterval: STABLE_MS / 3 },
    })
    this.#watcher = watcher
    const tell = (path: string): void => {
      if (isImagePath(path)) {
        this.#listener.onPicture({ path })
      }
    }
    watcher
      .on('add', tell)
      .on('change', tell)
      .on('unlinkDir', (path) => {
        if (path === folder) void this.#end(`${folder} is gone, so it is no longer watched.`)
      })
      .on('error', (error) => {
        const reason = error instanceof Error ? error.message : String(error)
        void this.#end(`${folder} can no longer be watched: ${reason.replace(/\s+/g, ' ')}.`)
      })
    await new Promise<void>((resolve) => watcher.once('ready', resolve))
  }

  async #end(reason: string): Promise<void> {
    await this.follow(null)
    this.#listener.onEnd({ reason })
  }
}
