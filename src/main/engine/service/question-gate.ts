import type { EngineCallName } from '../../../shared/contract'

/**
 * How long the next step waits at most for an open call, in ms. A question about a picture takes
 * several turns of the event loop (file, decoding, network): with a step between any two of them it
 * would take as many steps. What is not listed never holds a step up.
 */
const PATIENCE_MS: Partial<Record<EngineCallName, number>> = {
  'model.describe': 500,
  'inspect.predict': 500,
  'inspect.glance': 500,
  'inspect.maps': 500,
  'inspect.unit': 500,
  'inspect.rawMaps': 500,
  'inspect.rawChannel': 500,
  'inspect.filter': 500,
  'inspect.arithmetic': 500,
  'inspect.picture': 500,
  'inspect.kernels': 500,
  'compare.column': 500,
  'survey.layer': 500,
  'survey.unit': 500,
  'dataset.pictures': 50,
  'dataset.thumbnails': 50,
  'dataset.augment': 50,
}

/** Lets questions through between two training steps. */
export class QuestionGate {
  #wake: (() => void) | null = null

  /** @param openCalls - names of all calls that are not answered yet */
  constructor(private readonly openCalls: () => EngineCallName[]) {}

  /** To be told whenever a call was answered. */
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
    return this.openCalls().reduce((most, name) => Math.max(most, PATIENCE_MS[name] ?? 0), 0)
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

function takeTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
