import {
  RATE_DIVISOR,
  type RateChange,
  type Score,
  type TrainingSettings,
} from '../../../../shared/spec'
import type { ScheduleState } from '../../runs/checkpoint-state'

/** The paper drops the learning rate three times in all (section 3.1). */
const MAX_DROPS = 3

/** The schedule of a run that has not begun. */
export function startSchedule(learningRate: number): ScheduleState {
  return { learningRate, drops: 0, bestTop1: -1, epochsWithoutBetter: 0 }
}

/**
 * Section 3.1: the learning rate is divided by 10 when the validation accuracy stops improving, here
 * after `patience` epochs without a better top-1. After the paper's three drops it stays.
 */
export function advanceSchedule(
  state: ScheduleState,
  validation: Score,
  patience: number,
): ScheduleState {
  if (validation.top1 > state.bestTop1) {
    return { ...state, bestTop1: validation.top1, epochsWithoutBetter: 0 }
  }
  const epochsWithoutBetter = state.epochsWithoutBetter + 1
  if (epochsWithoutBetter < patience || state.drops >= MAX_DROPS) {
    return { ...state, epochsWithoutBetter }
  }
  return {
    ...state,
    learningRate: state.learningRate / RATE_DIVISOR,
    drops: state.drops + 1,
    epochsWithoutBetter: 0,
  }
}

/** The learning rate of each update: the schedule, the warm-up, and what was changed by hand. */
export class LearningRates {
  #made: readonly RateChange[]

  readonly #settings: TrainingSettings
  readonly #stepsPerEpoch: number

  /** @param changes - made by hand so far */
  constructor(
    settings: TrainingSettings,
    stepsPerEpoch: number,
    changes: readonly RateChange[] = [],
  ) {
    this.#settings = settings
    this.#stepsPerEpoch = stepsPerEpoch
    this.#made = changes
  }

  get changes(): readonly RateChange[] {
    return this.#made
  }

  /**
   * @param step - of the update, 1 for the first of the run
   * @param plateau - where the plateau schedule stands
   */
  at(step: number, plateau: ScheduleState): number {
    const factors = this.#made.filter((change) => change.step <= step)
    return factors.reduce((rate, { factor }) => rate * factor, this.#scheduled(step, plateau))
  }

  /** Multiplies the rate by `factor` from that update on. */
  change(step: number, factor: number): void {
    this.#made = [...this.#made, { step, factor }]
  }

  #scheduled(step: number, plateau: ScheduleState): number {
    const { warmupEpochs, schedule, learningRate, epochs, stepEpochs } = this.#settings
    const warmupSteps = warmupEpochs * this.#stepsPerEpoch
    const warmup = step < warmupSteps ? step / warmupSteps : 1
    switch (schedule) {
      case 'plateau':
        return plateau.learningRate * warmup
      case 'step': {
        const drops = Math.floor((step - 1) / this.#stepsPerEpoch / stepEpochs)
        return (learningRate / RATE_DIVISOR ** drops) * warmup
      }
      case 'cosine': {
        const total = epochs * this.#stepsPerEpoch - warmupSteps
        const done = Math.max(0, step - 1 - warmupSteps) / Math.max(1, total)
        return learningRate * warmup * (0.5 + Math.cos(Math.PI * Math.min(1, done)) / 2)
      }
      case 'constant':
        return learningRate * warmup
    }
  }
}

/** Better by validation top-1, then by loss: what makes a checkpoint the best. */
export function isBetter(score: Score, best: Score | null): boolean {
  if (best === null) return true
  return score.top1 > best.top1 || (score.top1 === best.top1 && score.loss < best.loss)
}
