import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { LabError } from '../../../../shared/contract'
import { addColours, createColourSums } from '../colour-statistics'
import { decodePictureBytesSync, fileError } from '../decode-picture'
import type { RgbPicture } from '../types'
import { cutCrop } from './cut-crop'
import { PackFiles } from './pack-files'
import type { BatchTask, FillTask, PictureOutcome, PictureReference, Place, Tasks } from './tasks'

/** What {@link PictureOutcome} is gathered in. */
interface Gathered extends PictureOutcome {
  readonly stored: { picture: number; place: Place }[]
  readonly damaged: number[]
  readonly unreadable: { picture: number; reason: string }[]
  storeFault: string | null
}

/** The work of a thread: pictures out of a pack, or decoded and added to it. */
export class PreparingWorker {
  readonly #number: number
  readonly #packs = new Map<string, PackFiles>()

  /** @param number - of the thread, and so of the segment that it writes */
  constructor(number: number) {
    this.#number = number
  }

  fill(task: FillTask): Tasks['fill']['outcome'] {
    const colours = createColourSums()
    const outcome = this.#visit(task, (picture) => {
      if (task.isMeasured) addColours(colours, picture.pixels)
    })
    return { ...outcome, colours }
  }

  makeBatch(task: BatchTask): Tasks['batch']['outcome'] {
    const { inputSize, smallestSide, draws } = task
    const pictureBytes = inputSize * inputSize * 3
    let pixels = new Uint8Array(task.pictures.length * pictureBytes)
    let written = 0
    const outcome = this.#visit(task, (picture, at) => {
      const draw = draws[at]
      if (draw === undefined) throw new Error(`Picture ${at} of the batch has no draw.`)
      cutCrop(pixels, written, picture, { draw, inputSize, smallestSide })
      written += pictureBytes
    })
    if (written < pixels.length) pixels = pixels.slice(0, written)
    return { ...outcome, pixels }
  }

  release(pack: string): void {
    this.#packs.get(pack)?.close()
    this.#packs.delete(pack)
  }

  /** Hands over each picture that can be read; its pixels are good until the next one. */
  #visit(
    task: FillTask | BatchTask,
    use: (picture: RgbPicture, at: number) => void,
  ): PictureOutcome {
    const gathered: Gathered = { stored: [], damaged: [], unreadable: [], storeFault: null }
    const pack = task.pack === null ? null : this.#packOf(task.pack)
    task.pictures.forEach((reference, at) => {
      if (reference.place !== null && pack !== null) {
        const held = pack.read(reference.place)
        if (held !== null) {
          use(held, at)
          return
        }
        gathered.damaged.push(at)
      }
      try {
        const { picture, isAsScanned } = decodeFile(reference, task.smallestSide)
        use(picture, at)
        if (!task.isStoring || !isAsScanned || pack === null || gathered.storeFault !== null) return
        try {
          gathered.stored.push({ picture: at, place: pack.append(reference, picture) })
        } catch (error) {
          gathered.storeFault = error instanceof Error ? error.message : String(error)
        }
      } catch (error) {
        if (!(error instanceof LabError)) throw error
        gathered.unreadable.push({ picture: at, reason: error.message })
      }
    })
    return gathered
  }

  #packOf(folder: string): PackFiles {
    let pack = this.#packs.get(folder)
    if (pack === undefined) this.#packs.set(folder, (pack = new PackFiles(folder, this.#number)))
    return pack
  }
}

/** Reads and decodes a file; tells whether it is still the one that was scanned. */
function decodeFile(
  { path, name, bytes, modifiedMs }: PictureReference,
  smallestSide: number,
): { picture: RgbPicture; isAsScanned: boolean } {
  let file: number | null = null
  try {
    file = openSync(path, 'r')
    const { size, mtimeMs } = fstatSync(file)
    const buffer = Buffer.allocUnsafeSlow(size)
    let length = 0
    while (length < size) {
      const count = readSync(file, buffer, length, size - length, null)
      if (count === 0) break
      length += count
    }
    if (length < size) throw new LabError('unreadable', `${path} changed while it was read.`)
    const picture = decodePictureBytesSync(buffer, name, { smallestSide })
    return { picture, isAsScanned: size === bytes && mtimeMs === modifiedMs }
  } catch (error) {
    throw error instanceof LabError ? error : fileError(path, error)
  } finally {
    if (file !== null) closeSync(file)
  }
}
