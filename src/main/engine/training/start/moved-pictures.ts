import { relative, resolve, sep } from 'node:path'
import { LabError } from '../../../../shared/contract'
import { itemAt } from '../../../../shared/present'
import type { RunFile } from '../../../../shared/spec'
import { findPackSides } from '../../data/sampling/picture-source'
import { readPack } from '../../data/preparation/pack'
import { findPictureCache } from '../../data/preparation/picture-cache'
import { nameSome } from '../../data/scan/scan-warnings'
import type { DatasetFile } from '../../data/types'
import type { SplitFile } from '../../runs/run-folder'
import { findBase } from '../../runs/split-pictures'

/** A run that goes on, and as it was before: its folders may be elsewhere now. */
export interface GoingRun {
  readonly run: RunFile
  readonly before: RunFile
}

/** A picture of a run as recorded in `split.json`. */
export interface SplitPicture {
  readonly file: string
  readonly half: 'train' | 'validation'
  /** null in a run of an earlier version of the lab. */
  readonly classIndex: number | null
}

/**
 * How a picture is named in the folders that a run goes on with. Only those of a validation folder of
 * their own change: their names lead to it from the data folder.
 */
export function makeRename({ run, before }: GoingRun): (picture: SplitPicture) => string {
  const validationBefore = before.settings.validationFolder
  const validationNow = run.settings.validationFolder
  if (validationBefore === null || validationNow === null) return ({ file }) => file
  return ({ file, half }) => {
    if (half === 'train') return file
    const within = relative(findBase(validationBefore), resolve(findBase(before.dataFolder), file))
    const path = resolve(findBase(validationNow), within)
    return relative(findBase(run.dataFolder), path).split(sep).join('/')
  }
}

/** A split with other names for some of its pictures. */
export function renameSplit(split: SplitFile, names: ReadonlyMap<string, string>): SplitFile {
  const rename = (files: readonly string[]): string[] =>
    files.map((file) => names.get(file) ?? file)
  return {
    ...split,
    validation: rename(split.validation),
    ...(split.unreadable && { unreadable: rename(split.unreadable) }),
  }
}

/**
 * Whether the pictures of a folder that was named as the new place are those of the run: names such as
 * `cats/1.jpg` are in many folders. Compared are the sizes with those that the prepared cache knows of
 * the folder before; without it the names must do.
 */
export class MovedPictures {
  readonly #going: GoingRun
  readonly #isMoved: boolean
  readonly #known: Readonly<Record<SplitPicture['half'], ReturnType<typeof readPack>>>
  readonly #others: string[] = []
  #compared = 0

  constructor(going: GoingRun) {
    const { run, before } = going
    this.#going = going
    this.#isMoved =
      resolve(run.dataFolder) !== resolve(before.dataFolder) ||
      run.settings.validationFolder !== before.settings.validationFolder
    const sides = findPackSides(before.settings.scale)
    const read = (side: number): ReturnType<typeof readPack> =>
      readPack(this.#isMoved ? findPictureCache() : null, resolve(before.dataFolder), side)
    this.#known = { train: read(sides.train), validation: read(sides.validation) }
  }

  /** Takes in a picture that has the right name. */
  add({ file, half }: SplitPicture, { bytes }: DatasetFile): void {
    const known = this.#known[half].get(file)
    if (known === undefined) return
    this.#compared += 1
    if (known.bytes !== bytes) this.#others.push(file)
  }

  /**
   * Notes about them, a line each.
   * @throws LabError `pictures-missing` or `validation-missing` when most of them are others
   */
  check(): string[] {
    const { length } = this.#others
    const { run, before } = this.#going
    if (length * 2 > this.#compared) {
      const isValidation = resolve(run.dataFolder) === resolve(before.dataFolder)
      const place = isValidation ? run.settings.validationFolder : run.dataFolder
      throw new LabError(
        isValidation ? 'validation-missing' : 'pictures-missing',
        `Expected the pictures of this run in ${place}; ${length} of ${this.#compared} have changed in size, the first being ${itemAt(this.#others, 0)}.`,
        'Choose the folder that they were moved to, or start a new run on this one.',
      )
    }
    if (length === 0) return []
    return [
      `Changed in size since they were moved, and used as they are now: ${nameSome(this.#others)}. The run is no longer identical to an uninterrupted one.`,
    ]
  }
}
