import type { EngineCallName } from '../../../shared/contract'
import { ENGINE_CALLS } from '../../../shared/contract/engine-calls'
import { takeTurn } from '../work/take-turn'

/** Lets questions through between two training steps. */
export class QuestionGate {
  readonly #openCalls: () => EngineCallName[]
  #wake: (() => void) | null = null

  /** @param openCalls - names of all calls that are not answered yet */
  constructor(openCalls: () => EngineCallName[]) {
    this.#openCalls = openCalls
  }

  /** To be called after each answer. */
  settle(): void {
    this.#wake?.()
  }

  /** Resolves when no question is open that a step waits for, or patience is at its end. */
  async passQuestions(): Promise<void> {
    // What came during the step is delivered in the first turn, and begun in the second.
    await takeTurn()
    await takeTurn()
    const startMs = performance.now()
    for (;;) {
      const leftMs = this.#patience() - (performance.now() - startMs)
      if (leftMs <= 0) return
      await this.#waitForAnswer(leftMs)
    }
  }

  #patience(): number {
    return this.#openCalls().reduce(
      (most, name) => Math.max(most, ENGINE_CALLS[name].patienceMs),
      0,
    )
  }

  #waitForAnswer(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#wake = null
        resolve()
      }
      const timer = setTimeout(done, timeoutMs)
      this.#wake = done
    })
  }
}
