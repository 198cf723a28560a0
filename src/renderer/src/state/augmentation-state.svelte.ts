import type {
  AugmentationPreview,
  DatasetColours,
  DatasetPicture,
  EncodedPicture,
} from '../../../shared/contract'
import type { AugmentationSettings, ColourComponents } from '../../../shared/spec'
import { callEngine, type CallOptions } from '../lib/engine/bridge'
import type { DataState } from './data-state.svelte'
import { Question } from './question.svelte'

/** Samples of one roll, each of an epoch of its own. */
export const PREVIEW_SAMPLES = 8
/** Longest side of the picture that the crops are drawn on. */
const PICTURE_PX = 640

/** What training will make of the data set's pictures, with the settings of the Train form. */
export class AugmentationState {
  readonly #data: DataState
  readonly #trainingSettings: () => AugmentationSettings
  readonly #colours = new Question<DatasetColours | null>()
  readonly #preview = new Question<AugmentationPreview>()
  readonly #original = new Question<EncodedPicture | null>()
  #picture = $state.raw<DatasetPicture | null>(null)
  #roll = $state(0)
  #selected = $state(0)

  constructor(data: DataState, settings: () => AugmentationSettings) {
    this.#data = data
    this.#trainingSettings = settings
  }

  /** Those of the form that a picture's augmentation depends on. */
  get settings(): AugmentationSettings {
    const { inputSize, scale, augment, seed } = this.#trainingSettings()
    return { inputSize, scale, augment, seed }
  }

  /** Mean and principal components at the settings' largest S; null where they are not known. */
  get colours(): Question<DatasetColours | null> {
    return this.#colours
  }

  /** The newest roll. */
  get preview(): Question<AugmentationPreview> {
    return this.#preview
  }

  /** The previewed picture, small enough to be shown whole. */
  get original(): Question<EncodedPicture | null> {
    return this.#original
  }

  /** The picture that is previewed; null while none is. */
  get picture(): DatasetPicture | null {
    return this.#picture
  }

  /** Which of the samples is shown in full. */
  get selected(): number {
    return this.#selected
  }
  set selected(selected: number) {
    this.#selected = selected
  }

  /** Shows what was measured before, if anything was. */
  async findColours(): Promise<void> {
    await this.#askColours(false)
  }

  /** Measures what was not measured before; a failure is reported in `colours`. */
  async measureColours(): Promise<void> {
    await this.#askColours(true)
  }

  /** Previews a picture, from its first epochs on. */
  async open(picture: DatasetPicture): Promise<void> {
    this.close()
    this.#picture = picture
    void this.#original.ask(async (options) => {
      const [encoded] = await this.#data.thumbnails([picture.file], PICTURE_PX, options)
      // Where it cannot be read, the question for the samples says so.
      return encoded ?? null
    })
    await this.#ask(picture)
  }

  /** Shows the next epochs of the picture. */
  async roll(): Promise<void> {
    if (this.#picture === null) return
    this.#roll += 1
    await this.#ask(this.#picture)
  }

  close(): void {
    this.#preview.clear()
    this.#original.clear()
    this.#picture = null
    this.#roll = 0
    this.#selected = 0
  }

  async #ask(picture: DatasetPicture): Promise<void> {
    const { settings } = this
    const folder = this.#data.dataset?.source
    if (folder === undefined) return
    const firstEpoch = this.#roll * PREVIEW_SAMPLES + 1
    await this.#preview.ask(async (options) => {
      const components = await this.#findComponents(folder, settings, options)
      const args = { folder, file: picture.file, settings, components }
      return callEngine('dataset.augment', { ...args, firstEpoch, count: PREVIEW_SAMPLES }, options)
    })
  }

  /** The colour shift's components, measured where nobody did; null without the shift. */
  async #findComponents(
    folder: string,
    settings: AugmentationSettings,
    options: CallOptions,
  ): Promise<ColourComponents | null> {
    if (!settings.augment.includes('color')) return null
    let colours = this.#colours.value
    if (colours?.smallestSide !== settings.scale.max) {
      const args = { folder, settings, measure: true }
      colours = await callEngine('dataset.colours', args, options)
      this.#colours.set(colours)
    }
    return colours?.components ?? null
  }

  async #askColours(measure: boolean): Promise<void> {
    const { settings } = this
    this.#colours.clear()
    const folder = this.#data.dataset?.source
    if (folder === undefined) return
    await this.#colours.ask((options) =>
      callEngine('dataset.colours', { folder, settings, measure }, options),
    )
  }
}
