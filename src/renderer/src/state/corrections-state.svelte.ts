import { SvelteMap } from 'svelte/reactivity'
import {
  toErrorInfo,
  type CorrectedPicture,
  type Correction,
  type CorrectionChange,
  type CorrectionList,
  type ErrorInfo,
} from '../../../shared/contract'
import { indexCorrections } from '../../../shared/corrections'
import { callEngine, callMain } from '../lib/engine/bridge'
import { saveFile } from '../lib/export/save-file'

/** A change that was made just now, to be told and taken back. */
export interface DoneCorrection {
  readonly source: string
  /** "Excluded 3 pictures" */
  readonly what: string
  readonly note: string | null
}

/** What a data set's corrections are, as far as it is known. */
interface Known {
  readonly list: CorrectionList
  readonly find: (file: string) => Correction | undefined
}

/** The corrections of data sets: pictures that are left out, given another class, or flagged. */
export class CorrectionsState {
  readonly #known = new SvelteMap<string, Known>()
  #error = $state.raw<{ readonly source: string; readonly error: ErrorInfo } | null>(null)
  #done = $state.raw<DoneCorrection | null>(null)
  #isBusy = $state(false)

  /** The corrections of a data set, by what was opened; null until {@link load} has them. */
  of(source: string): CorrectionList | null {
    return this.#known.get(source)?.list ?? null
  }

  /** The correction of a picture, as the data set names it; null for none. */
  markOf(source: string, file: string): Correction | null {
    return this.#known.get(source)?.find(file) ?? null
  }

  /** Why the last change of a data set's corrections failed, or why they cannot be read; null for neither. */
  errorOf(source: string): ErrorInfo | null {
    return this.#error?.source === source ? this.#error.error : null
  }

  dismissError(): void {
    this.#error = null
  }

  /** Whether a change is being made. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  /** The change that was made last in this window, until it is dismissed or taken back. */
  get done(): DoneCorrection | null {
    return this.#done
  }

  dismissDone(): void {
    this.#done = null
  }

  /** Reads the corrections of a data set; again after its split changed, or another program changed them. */
  async load(source: string): Promise<void> {
    await this.#ask(source, () => callEngine('corrections.list', { source }))
  }

  /**
   * Corrects pictures; what was decided about them before is replaced.
   * @param pictures - with the class that each has in the data set, where it is known
   * @param from - where it was decided: "Data", or the name of an evaluation
   * @returns whether it was done; otherwise {@link errorOf} tells why
   */
  apply(
    source: string,
    pictures: readonly CorrectedPicture[],
    change: CorrectionChange,
    from: string,
  ): Promise<boolean> {
    return this.#change(source, () =>
      callEngine('corrections.apply', { source, pictures, change, from }),
    )
  }

  /** Takes the corrections of some files back. */
  remove(source: string, files: readonly string[]): Promise<boolean> {
    return this.#change(source, () => callEngine('corrections.remove', { source, files }))
  }

  clear(source: string): Promise<boolean> {
    return this.#change(source, () => callEngine('corrections.clear', { source }))
  }

  /** Takes the last change of a data set's corrections back. */
  async undo(source: string): Promise<void> {
    this.#done = null
    await this.#ask(source, () => callEngine('corrections.undo', { source }))
  }

  /** Asks where to save the list, as CSV, and writes it there. */
  async exportCsv(source: string): Promise<void> {
    await this.#attempt(source, async () => {
      const { csv } = await callEngine('corrections.export', { source })
      await saveFile('corrections.csv', new TextEncoder().encode(csv))
    })
  }

  /** Asks for a list that was exported, and takes it up. */
  async importCsv(source: string): Promise<void> {
    const title = 'Import corrections'
    await this.#attempt(source, async () => {
      const csv = await callMain('file.openText', { title, extension: 'csv' })
      if (csv === null) return
      await this.#change(source, () => callEngine('corrections.import', { source, csv }))
    })
  }

  async #change(source: string, ask: () => Promise<CorrectionList>): Promise<boolean> {
    const list = await this.#ask(source, ask)
    if (list === null) return false
    this.#done = list.undo === null ? null : { source, what: list.undo, note: list.note }
    return true
  }

  async #ask(source: string, ask: () => Promise<CorrectionList>): Promise<CorrectionList | null> {
    return this.#attempt(source, async () => {
      const list = await ask()
      this.#known.set(source, { list, find: indexCorrections(list.corrections) })
      return list
    })
  }

  async #attempt<T>(source: string, work: () => Promise<T>): Promise<T | null> {
    this.#error = null
    this.#isBusy = true
    try {
      return await work()
    } catch (thrown) {
      this.#error = { source, error: toErrorInfo(thrown) }
      return null
    } finally {
      this.#isBusy = false
    }
  }
}
