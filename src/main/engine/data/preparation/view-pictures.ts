import { itemAt } from '../../../../shared/present'
import type { PictureViews, ViewTask } from './tasks'
import { sharedWorkerPool } from './worker-pool'

/** Bytes of the views that wait for the network, those in the making included. */
const MAX_WAITING_BYTES = 256e6
/** For each worker one picture in the making and one that is next. */
const PICTURES_PER_WORKER = 2

/** The views of one picture of a list, or why there are none. */
export interface ViewedPicture {
  /** Its place in the list. */
  readonly index: number
  readonly views: PictureViews | { readonly fault: string }
}

/**
 * Makes the views of pictures in worker threads, in the order of the list and ahead of whoever takes them.
 * What waits is bounded by its bytes, whatever the pictures' sizes. Leaving the iterator ends it.
 * @param paths - absolute
 * @param ahead - pictures that may be ready before they are taken: those of one session call
 */
export async function* viewPictures(
  paths: readonly string[],
  request: Omit<ViewTask, 'kind' | 'path'>,
  ahead: number,
): AsyncGenerator<ViewedPicture, void, undefined> {
  const workers = sharedWorkerPool()
  const most = ahead + workers.size * PICTURES_PER_WORKER
  const waiting: Promise<PictureViews | string>[] = []
  let next = 0
  let madeBytes = 0
  let unmade = 0
  // Of one that is in the making no more is known than what the largest took so far.
  let largestBytes = 0
  const hasRoom = (): boolean =>
    unmade === 0 || madeBytes + unmade * largestBytes < MAX_WAITING_BYTES
  const begin = (): void => {
    while (next < paths.length && waiting.length < most && hasRoom()) {
      const path = itemAt(paths, next++)
      unmade += 1
      const views = workers.run<'view'>({ kind: 'view', path, ...request })
      const note = (made: PictureViews | string): void => {
        unmade -= 1
        madeBytes += countBytes(made)
        largestBytes = Math.max(largestBytes, countBytes(made))
      }
      views.then(note, () => undefined)
      waiting.push(views)
    }
  }
  for (let index = 0; index < paths.length; index++) {
    begin()
    const made = await itemAt(waiting, 0)
    void waiting.shift()
    madeBytes -= countBytes(made)
    // The next ones are begun before this one is worked on.
    begin()
    yield { index, views: typeof made === 'string' ? { fault: made } : made }
  }
}

const countBytes = (views: PictureViews | string): number =>
  typeof views === 'string' ? 0 : views.pixels.length
