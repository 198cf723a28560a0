import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError, type LiveSource } from '../../shared/contract'
import { describeFileError } from '../files/disk-errors'

/** Pasted pictures that are kept: a view may still show one while the next is pasted. */
const KEPT_PASTED = 20

/**
 * Gives pictures that have no file one, so that they can be asked about as any other: drawings,
 * frames of a camera, what was pasted. The last drawing and the last frame replace those before.
 */
export class LivePictures {
  #pasted = 0

  readonly #folder: string

  /** @param folder - of the lab's own; made when first needed */
  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Writes the bytes of a picture file, PNG or JPEG; the name does not tell which.
   * @returns its absolute path
   * @throws LabError `disk` when it cannot be written
   */
  async keep(source: LiveSource, bytes: Uint8Array): Promise<string> {
    try {
      await mkdir(this.#folder, { recursive: true })
      const name = source === 'pasted' ? this.#namePasted() : source
      const path = join(this.#folder, name)
      // Renamed into its place: whoever reads it meanwhile has a whole picture.
      await writeFile(`${path}.part`, bytes)
      await rename(`${path}.part`, path)
      if (source === 'pasted') await this.#forgetOldPasted()
      return path
    } catch (error) {
      throw new LabError(
        'disk',
        `Expected to save a picture in ${this.#folder}; ${describeFileError(error)}.`,
        'Free some space there, or open a picture file instead.',
      )
    }
  }

  #namePasted(): string {
    this.#pasted += 1
    const moment = new Date().toISOString().replace(/[:.]/g, '-')
    return `pasted ${moment} ${this.#pasted}`
  }

  async #forgetOldPasted(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.startsWith('pasted '))
    for (const name of names.sort().slice(0, -KEPT_PASTED)) {
      await rm(join(this.#folder, name), { force: true })
    }
  }
}
