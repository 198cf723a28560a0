import type { AppInfo, ErrorInfo, ImportedRunSummary, Progress } from '../../../shared/contract'
import { callEngine, callMain } from '../lib/engine/bridge'
import { Question } from './question.svelte'
import { nameFile } from '../lib/export/file-name'

/** The import of somebody else's weights: one at a time, a newer one takes the place of an older. */
export class WeightsState {
  readonly #info: () => AppInfo | null
  readonly #import = new Question<ImportedRunSummary>()
  #file = $state<string | null>(null)

  /** @param info - facts about the program; null until main has told them */
  constructor(info: () => AppInfo | null) {
    this.#info = info
  }

  /** Name of the file that is being, or was, imported; null when there is nothing to tell. */
  get fileName(): string | null {
    return this.#file === null ? null : nameFile(this.#file)
  }

  get isImporting(): boolean {
    return this.#import.isBusy
  }

  get progress(): Progress | null {
    return this.#import.progress
  }

  /** What the last import made; null before it is done. */
  get imported(): ImportedRunSummary | null {
    return this.#import.value
  }

  get error(): ErrorInfo | null {
    return this.#import.error
  }

  /** Asks for a file of weights; null when none was chosen. */
  async chooseFile(): Promise<string | null> {
    return callMain('dialog.openWeights', {})
  }

  /** Imports a file by its absolute path; null when it failed or was cancelled: see `error`. */
  async import(file: string): Promise<ImportedRunSummary | null> {
    this.#import.clear()
    this.#file = file
    const runsFolder = this.#info()?.runsFolder ?? (await callMain('app.info', {})).runsFolder
    return this.#import.ask((options) =>
      callEngine('weights.import', { file, runsFolder }, options),
    )
  }

  /** Gives up an import that goes on, and forgets what there was to tell. */
  dismiss(): void {
    this.#import.clear()
    this.#file = null
  }
}
