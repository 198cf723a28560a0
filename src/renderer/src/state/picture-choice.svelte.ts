import { toErrorInfo, type EncodedPicture, type ErrorInfo } from '../../../shared/contract'
import { callEngine, callMain } from '../lib/engine/bridge'
import type { DataState } from './data-state.svelte'
import { Question } from './question.svelte'
import {
  PICTURE_PX,
  decodePicture,
  drawSamplePicture,
  type RgbPicture,
} from '../lib/export/rgb-picture'
import { nameFile } from '../lib/export/file-name'

/** Pictures of the data set on offer: some of each of the first classes. */
const CLASSES = 12
const PICTURES_PER_CLASS = 2

/** A picture that can be chosen, by its absolute path. */
export interface OfferedPicture {
  readonly path: string
  /** Its file, within its class's folder or by itself. */
  readonly label: string
}

/** The picture that is convolved: the lab's own drawing, a file, or one of the data set. */
export class PictureChoice {
  readonly #data: DataState
  readonly #decode: (picture: EncodedPicture) => Promise<RgbPicture>
  readonly #sample = drawSamplePicture()
  readonly #pixels = new Question<RgbPicture>()
  readonly #offers = new Question<readonly OfferedPicture[]>()
  #opened = $state.raw<readonly OfferedPicture[]>([])
  #path = $state<string | null>(null)
  #openError = $state.raw<ErrorInfo | null>(null)
  readonly #all = $derived.by(() => {
    const offered = this.#offers.value ?? []
    const isOffered = (path: string): boolean => offered.some((offer) => offer.path === path)
    return [...this.#opened.filter(({ path }) => !isOffered(path)), ...offered]
  })

  constructor(data: DataState, decode = decodePicture) {
    this.#data = data
    this.#decode = decode
  }

  /** Absolute path; null for the lab's own drawing, which has no file. */
  get path(): string | null {
    return this.#path
  }

  /** Files that can be chosen: those that were opened, then those of the data set. */
  get offers(): readonly OfferedPicture[] {
    return this.#all
  }

  /** The chosen picture, at most 64 px wide and high; the drawing until a file is read. */
  get pixels(): RgbPicture {
    return this.#path === null ? this.#sample : (this.#pixels.value ?? this.#sample)
  }

  /** What the chosen picture is called. */
  get label(): string {
    if (this.#path === null) return 'drawing'
    return this.#all.find(({ path }) => path === this.#path)?.label ?? nameFile(this.#path)
  }

  get error(): ErrorInfo | null {
    return this.#openError ?? this.#pixels.error
  }

  dismissError(): void {
    this.#openError = null
    this.#pixels.dismissError()
  }

  /** Chooses a file by its path, or the drawing (null). A failure leaves the last picture. */
  async choose(path: string | null): Promise<void> {
    const before = this.#path
    this.#path = path
    this.#openError = null
    if (path === null) {
      this.#pixels.clear()
      return
    }
    if (!this.#all.some((offer) => offer.path === path)) {
      this.#opened = [{ path, label: nameFile(path) }, ...this.#opened]
    }
    const pixels = await this.#pixels.ask(async (options) =>
      this.#decode(
        await callEngine('inspect.picture', { image: path, sizePx: PICTURE_PX }, options),
      ),
    )
    if (pixels !== null || this.#pixels.error === null || this.#path !== path) return
    this.#path = before
    this.#opened = this.#opened.filter((offer) => offer.path !== path)
  }

  /** Asks for a file and chooses it. */
  async open(): Promise<void> {
    try {
      const path = await callMain('dialog.openImage', {})
      if (path !== null) await this.choose(path)
    } catch (thrown) {
      this.#openError = toErrorInfo(thrown)
    }
  }

  /** Reads what the open data set has to offer. */
  async offer(): Promise<void> {
    const { dataset } = this.#data
    if (dataset === null) {
      this.#offers.clear()
      return
    }
    const indices = dataset.classes.slice(0, CLASSES).keys()
    await this.#offers.ask(async (options) => {
      const pages = await Promise.all(
        Array.from(indices, (classIndex) =>
          this.#data.pictures({ classIndex }, 0, PICTURES_PER_CLASS, options),
        ),
      )
      return pages.flatMap(({ pictures }) =>
        pictures.map((picture) => ({ path: this.#data.pathOf(picture), label: picture.file })),
      )
    })
  }
}
