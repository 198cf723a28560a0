import { toErrorInfo, type EncodedPicture } from '../../../shared/contract'
import { toDataUrl } from '../lib/export/data-url'
import { callEngine, callMain } from '../lib/engine/bridge'
import type { ArchitectureState } from './architecture-state.svelte'
import { Question } from './question.svelte'

/** Longest side of the picture under the fields: enough for the largest input. */
const PICTURE_PX = 768

/** A picture that the person opened under the fields; a data URL, so that exports carry it. */
export class OpenedPicture {
  readonly #architecture: ArchitectureState
  readonly #picture = new Question<EncodedPicture>()
  #file = $state.raw<string | null>(null)
  readonly #url = $derived(this.#picture.value === null ? null : toDataUrl(this.#picture.value))

  constructor(architecture: ArchitectureState) {
    this.#architecture = architecture
  }

  /** Absolute path; null without a picture. */
  get file(): string | null {
    return this.#file
  }

  get url(): string | null {
    return this.#url
  }

  /** Asks for a picture's file and shows it; a failure is told by the view. */
  async open(): Promise<void> {
    try {
      const image = await callMain('dialog.openImage', {})
      if (image === null) return
      const picture = await this.#picture.ask((options) =>
        callEngine('inspect.picture', { image, sizePx: PICTURE_PX }, options),
      )
      if (picture !== null) this.#file = image
      this.#architecture.error = this.#picture.error
    } catch (thrown) {
      this.#architecture.error = toErrorInfo(thrown)
    }
  }

  close(): void {
    this.#picture.clear()
    this.#file = null
  }
}
