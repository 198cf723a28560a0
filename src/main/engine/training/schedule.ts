import type { Score } from '../../../shared/spec'

/** The paper divides the learning rate by 10, three times in all (section 3.1). */
const DIVISOR = 10
export const MAX_DROPS = 3

/** Where the plateau schedule stands; plain data, kept in each checkpoint's `state.json`. */
export interface ScheduleState {
  readonly learningRate: number
  readonly drops: number
  readonly bestTop1: number
  /** Epochs since the last better validation top-1, or since the last drop. */
  readonly epochsWithoutBetter: number
}

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
    learningRate: state.learningRate / DIVISOR,
    drops: state.drops + 1,
    epochsWithoutBetter: 0,
  }
}

/** Better by validation top-1, then by loss: what makes a checkpoint the best. */
export function isBetter(score: Score, best: Score | null): boolean {
  if (best === null) return true
  return score.top1 > best.top1 || (score.top1 === best.top1 && score.loss < best.loss)
}
