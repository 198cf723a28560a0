import { LabError, type SkippedFile } from '../../../shared/contract'
import { DecodeQueue } from './decode-queue'
import { cropCentre } from './fit-picture'
import { resolvePicturePath } from './scan-folder'
import type { Dataset, RgbPicture } from './types'

/** In which form a picture is kept. */
export interface Keep {
  readonly smallestSide: number
  /** Side of the centre crop, where nothing else of the picture is ever needed. */
  readonly centre: number | null
}

/**
 * Decoded pictures by their index in the data set. What fits into the bound stays until the end:
 * epochs visit every picture once, so that to throw out the oldest would always throw out the one
 * that is needed soonest.
 */
export class PictureStore {
  readonly unreadable: SkippedFile[] = []
  readonly #dataset: Dataset
  readonly #capacityBytes: number
  readonly #queue = new DecodeQueue()
  /** A picture is in one half of the split, so in one form. */
  readonly #pictures = new Map<number, RgbPicture>()
  readonly #failed = new Set<number>()
  #heldBytes = 0
  #isDisposed = false

  constructor(dataset: Dataset, capacityBytes: number) {
    this.#dataset = dataset
    this.#capacityBytes = capacityBytes
  }

  get isDisposed(): boolean {
    return this.#isDisposed
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** The pictures, null for each that is unreadable or no longer wanted; at once when all are held. */
  getAll(
    ids: readonly number[],
    keep: Keep,
    isWanted: () => boolean,
  ): (RgbPicture | null)[] | Promise<(RgbPicture | null)[]> {
    const held: (RgbPicture | null)[] = []
    for (const id of ids) {
      const picture = this.#failed.has(id) ? null : this.#pictures.get(id)
      if (picture === undefined) {
        return Promise.all(ids.map((one) => this.get(one, keep, isWanted)))
      }
      held.push(picture)
    }
    return held
  }

  /** One picture; null when it is unreadable or no longer wanted. */
  async get(id: number, keep: Keep, isWanted: () => boolean): Promise<RgbPicture | null> {
    const held = this.#pictures.get(id)
    if (held !== undefined) return held
    const file = this.#dataset.files[id]
    if (file === undefined || this.#failed.has(id)) return null
    try {
      const decoded = await this.#queue.decode({
        path: resolvePicturePath(this.#dataset, file.file),
        name: file.file,
        bytes: file.bytes,
        smallestSide: keep.smallestSide,
        isWanted: () => isWanted() && !this.#isDisposed,
      })
      if (decoded === null) return null
      const picture = keep.centre === null ? decoded : cropCentre(decoded, keep.centre)
      this.#hold(id, picture)
      return picture
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      this.#reportUnreadable(id, file.file, error)
      return null
    }
  }

  dispose(): void {
    this.#isDisposed = true
    this.#pictures.clear()
    this.#heldBytes = 0
  }

  #hold(id: number, { width, height, pixels }: RgbPicture): void {
    if (this.#isDisposed || this.#pictures.has(id)) return
    if (this.#heldBytes + pixels.length > this.#capacityBytes) return
    this.#pictures.set(id, { width, height, pixels })
    this.#heldBytes += pixels.length
  }

  #reportUnreadable(id: number, file: string, error: LabError): void {
    if (this.#failed.has(id)) return
    this.#failed.add(id)
    this.unreadable.push({ file, reason: error.message })
  }
}
