import type { EngineCalls, ErrorInfo, UnitAddress, UnitArithmetic } from '../../../shared/contract'
import { callEngine } from '../lib/engine/bridge'
import { Question } from './question.svelte'

export type ArithmeticQuestion = EngineCalls['inspect.arithmetic']['args']

/** How the value of one unit comes about. */
export class ArithmeticState {
  readonly #answer = new Question<UnitArithmetic>()
  #asked: UnitAddress | null = null
  /** Whether the pinned unit is shown, if there is one, instead of the probed one. */
  isOfPinned = $state(false)
  /** Which page of a sum's inputs is shown, from 0. */
  page = $state(0)
  /** Whether all classes of a soft-max are shown, or the first of them. */
  isWhole = $state(false)
  /** Why something could not be exported. */
  exportError = $state.raw<ErrorInfo | null>(null)

  /** The last answer stays until the next is there. */
  get answer(): UnitArithmetic | null {
    return this.#answer.value
  }

  get isBusy(): boolean {
    return this.#answer.isBusy
  }

  get error(): ErrorInfo | null {
    return this.exportError ?? this.#answer.error
  }

  dismissError(): void {
    this.exportError = null
    this.#answer.dismissError()
  }

  /** Asks about a unit; the newest question wins. */
  async ask(question: ArithmeticQuestion): Promise<void> {
    const isSame = JSON.stringify(question.unit) === JSON.stringify(this.#asked)
    // The largest inputs of a unit come first.
    if (!isSame) this.page = 0
    this.#asked = question.unit
    await this.#answer.ask((options) => callEngine('inspect.arithmetic', question, options))
  }

  /** Forgets the answer: it is of another picture or network. */
  clear(): void {
    this.#answer.clear()
  }
}
