import type { ErrorInfo, EvaluationRef } from '../../../shared/contract'
import type { ClassCurves, CurveAreas } from '../../../shared/evaluation/curves'
import { callEngine } from '../lib/engine/bridge'
import { Question } from './question.svelte'

/** ROC and precision-recall curves of an evaluation, asked for class by class. */
export class EvaluatedCurves {
  readonly #areas = new Question<CurveAreas>()
  readonly #curves = new Question<ClassCurves>()

  /** Of all classes; null until they are known. */
  get areas(): CurveAreas | null {
    return this.#areas.value
  }

  /** Of the class that was asked about last; those of the one before until they are there. */
  get curves(): ClassCurves | null {
    return this.#curves.value
  }

  get isBusy(): boolean {
    return this.#areas.isBusy || this.#curves.isBusy
  }

  get error(): ErrorInfo | null {
    return this.#areas.error ?? this.#curves.error
  }

  dismissError(): void {
    this.#areas.dismissError()
    this.#curves.dismissError()
  }

  async askAreas(ref: EvaluationRef): Promise<void> {
    this.#areas.clear()
    await this.#areas.ask((options) => callEngine('evaluate.areas', { ref }, options))
  }

  async askCurves(ref: EvaluationRef, classIndex: number): Promise<void> {
    await this.#curves.ask((options) => callEngine('evaluate.curves', { ref, classIndex }, options))
  }
}
