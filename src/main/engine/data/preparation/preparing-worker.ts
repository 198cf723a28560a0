import { LabError } from '../../../../shared/contract'
import { addColours, createColourSums } from './colour-statistics'
import { decodePictureBytesSync } from '../pictures/decode-picture'
import type { RgbPicture } from '../types'
import { cutCrop } from './cut-crop'
import { PackFiles } from './pack-files'
import { readWhole, tellLost, type WholeFile } from './read-whole'
import type { BatchTask, FillTask, PictureOutcome, PackPlace, Tasks } from './tasks'

/** What {@link PictureOutcome} is gathered in. */
interface Gathered extends PictureOutcome {
  readonly stored: { picture: number; place: PackPlace }[]
  readonly damaged: number[]
  readonly unreadable: { picture: number; reason: string }[]
  readonly lost: { picture: number; reason: string }[]
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
      if (draw === undefined) throw new Error(`Picture ${at} of the batch has no augmentation.`)
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
    const gathered: Gathered = {
      stored: [],
      damaged: [],
      unreadable: [],
      lost: [],
      storeFault: null,
    }
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
      let file: WholeFile
      try {
        file = readWhole(reference.path)
      } catch (error) {
        gathered.lost.push({ picture: at, reason: tellLost(error) })
        return
      }
      let picture: RgbPicture
      try {
        const { smallestSide } = task
        picture = decodePictureBytesSync(file.buffer, reference.name, { smallestSide })
      } catch (error) {
        if (!(error instanceof LabError)) throw error
        gathered.unreadable.push({ picture: at, reason: error.message })
        return
      }
      use(picture, at)
      const { bytes, modifiedMs } = reference
      const isAsScanned = file.bytes === bytes && file.modifiedMs === modifiedMs
      if (!task.isStoring || !isAsScanned || pack === null) return
      if (gathered.storeFault !== null) return
      try {
        gathered.stored.push({ picture: at, place: pack.append(reference, picture) })
      } catch (error) {
        gathered.storeFault = error instanceof Error ? error.message : String(error)
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
