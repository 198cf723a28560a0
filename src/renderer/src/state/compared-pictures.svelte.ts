import {
  LabError,
  MAX_COMPARED,
  toErrorInfo,
  type DatasetPicture,
  type ErrorInfo,
} from '../../../shared/contract'
import { callMain } from '../lib/engine/bridge'
import type { OfferedPictures } from './offered-pictures'

/** The pictures that stand side by side: absolute paths, each once, in their order. */
export class ComparedPictures {
  readonly #data: OfferedPictures
  paths = $state.raw<readonly string[]>([])
  #error = $state.raw<ErrorInfo | null>(null)

  constructor(data: OfferedPictures) {
    this.#data = data
  }

  get isFull(): boolean {
    return this.paths.length >= MAX_COMPARED
  }

  /** Why a picture could not be added. */
  get error(): ErrorInfo | null {
    return this.#error
  }

  dismissError(): void {
    this.#error = null
  }

  /** Puts pictures at the end of the list, as many as there is room for. */
  add(paths: readonly string[]): void {
    const fresh = paths.filter(
      (path, index) => paths.indexOf(path) === index && !this.paths.includes(path),
    )
    const room = MAX_COMPARED - this.paths.length
    this.paths = [...this.paths, ...fresh.slice(0, room)]
    this.#error =
      fresh.length > room
        ? toErrorInfo(
            new LabError(
              'bad-input',
              `Expected at most ${MAX_COMPARED} pictures side by side; ${fresh.length - room} were left out.`,
              'Remove some first.',
            ),
          )
        : null
  }

  remove(path: string): void {
    this.paths = this.paths.filter((own) => own !== path)
    this.#error = null
  }

  clear(): void {
    this.paths = []
    this.#error = null
  }

  /** Moves a picture to a place of the list. */
  move(path: string, to: number): void {
    const others = this.paths.filter((own) => own !== path)
    if (others.length === this.paths.length) return
    const place = Math.min(others.length, Math.max(0, to))
    this.paths = [...others.slice(0, place), path, ...others.slice(place)]
  }

  /** Asks for a picture's file and adds it. */
  async open(): Promise<void> {
    await this.#try(async () => {
      const path = await callMain('dialog.openImage', {})
      if (path !== null) this.add([path])
    })
  }

  /** Of how many classes of the open data set a picture can be added, and of how many there are. */
  get classRoom(): { readonly count: number; readonly classes: number } {
    const classes = this.#data.dataset?.classes.length ?? 0
    return { count: Math.min(classes, MAX_COMPARED - this.paths.length), classes }
  }

  /** Adds the first picture of each class of the open data set; of as many as there is room for. */
  async addOneOfEachClass(): Promise<void> {
    await this.#try(async () => {
      const firsts = await Promise.all(
        Array.from({ length: this.classRoom.count }, (_, classIndex) => this.#firstOf(classIndex)),
      )
      const paths = firsts.flatMap((pictures) => pictures.map((one) => this.#data.pathOf(one)))
      this.add(paths)
    })
  }

  /** The first picture of a class that validates, where there is one: the network has not learned from it. */
  async #firstOf(classIndex: number): Promise<readonly DatasetPicture[]> {
    const validating = await this.#data.pictures({ classIndex, split: 'validation' }, 0, 1)
    if (validating.total > 0) return validating.pictures
    return (await this.#data.pictures({ classIndex }, 0, 1)).pictures
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.#error = null
    try {
      await work()
    } catch (thrown) {
      this.#error = toErrorInfo(thrown)
    }
  }
}
