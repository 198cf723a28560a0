import type { EvaluationRef, Progress } from '../../../shared/contract'
import { callEngine, callMain } from '../lib/engine/bridge'
import { saveFile } from '../lib/export/save-file'
import { Question } from './question.svelte'

/** Regions whose paper is Letter; elsewhere it is A4. */
const LETTER_REGIONS = /-(US|CA|MX)$/

/** The report and the bundle of an evaluation as they are made, one at a time. */
export class EvaluationFiles {
  readonly #making = new Question<null>()
  /** What the window does with a report that is made, which cannot be cancelled; null before. */
  #saving = $state<string | null>(null)

  /** Whether it is made, and why it was not. */
  get making(): Question<null> {
    return this.#making
  }

  /** How far the engine is; null before it tells, and once it has done its part. */
  get progress(): Progress | null {
    return this.#saving === null ? this.#making.progress : null
  }

  /** What is done while there is no progress. */
  get words(): string {
    return this.#saving ?? 'Reading the evaluation'
  }

  get canCancel(): boolean {
    return this.#saving === null
  }

  /** Makes the report, asks where to save it, and writes it there. */
  async saveReport(ref: EvaluationRef, stem: string, kind: 'html' | 'pdf'): Promise<void> {
    await this.#making.ask(async (options) => {
      const page = await callEngine('evaluate.report', { ref }, options)
      const suggestedName = `${stem}-report.${kind}`
      this.#saving = kind === 'html' ? 'Saving the report' : 'Printing the report'
      if (kind === 'html') await saveFile(suggestedName, new TextEncoder().encode(page))
      else {
        const paper = LETTER_REGIONS.test(navigator.language) ? 'Letter' : 'A4'
        await callMain('file.savePdf', { suggestedName, html: page, paper })
      }
      return null
    })
    this.#saving = null
  }

  /** Asks for a file, and has the bundle written there. */
  async saveBundle(ref: EvaluationRef, stem: string): Promise<void> {
    await this.#making.ask(async (options) => {
      const suggestedName = `${stem}-bundle.tar`
      const file = await callMain('dialog.saveFile', { title: 'Export bundle', suggestedName })
      return file === null ? null : callEngine('evaluate.bundle', { ref, file }, options)
    })
  }
}
