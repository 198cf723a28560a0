import { stat } from 'node:fs/promises'
import { LabError, MAX_COMPARED } from '../../../shared/contract'
import { describeFileError } from '../../files/disk-errors'
import { BoundedMap } from '../work/bounded-map'
import { fitPicture, type FittedPicture } from '../data/pictures/fit-picture'
import type { FitOptions } from '../data/types'

/** How many pictures are kept: those side by side, the one looked at, and the pinned one of another window. */
const KEPT_PICTURES = MAX_COMPARED + 2

/** The last pictures that were decoded, so that going through the layers does not decode again. */
export class FittedPictureCache {
  readonly #kept = new BoundedMap<string, Promise<FittedPicture>>({ entries: KEPT_PICTURES })

  /**
   * A picture file, resized and cropped for a network.
   * @param image - absolute path; read again when the file has changed
   * @throws LabError `not-found` or `unreadable`.
   */
  async fit(image: string, options: FitOptions): Promise<FittedPicture> {
    const { mtimeMs, size } = await stat(image).catch((error: unknown) => {
      throw explainMissing(image, error)
    })
    const key = [image, mtimeMs, size, options.inputSize, options.smallestSide].join('\n')
    const known = this.#kept.get(key)
    if (known !== undefined) return known
    const fitted = fitPicture(image, options)
    this.#kept.set(key, fitted)
    fitted.catch(() => this.#kept.delete(key))
    return fitted
  }
}

function explainMissing(image: string, error: unknown): LabError {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? new LabError(
        'not-found',
        `Expected a picture at ${image}; there is no file.`,
        'Open it again.',
      )
    : new LabError(
        'unreadable',
        `Expected a readable picture at ${image}; ${describeFileError(error)}.`,
      )
}
