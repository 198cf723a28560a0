import { LabError } from '../../../../shared/contract'
import type { TrainingSettings } from '../../../../shared/spec'
import type { BatchScore } from '../../network/compiled-network'

/**
 * A loss this many times the lowest that the run had, or that of guessing, is out of all proportion.
 * Healthy runs stay far below: with scores that start out large (he) the loss begins at some hundreds and
 * may triple before it falls, and one picture that a certain network gets wrong costs some tens.
 */
const FACTOR = 100
/** The reference is never lower: with two classes guessing has 0.69, and a loss that has been learned away 0. */
const LEAST_REFERENCE = 1
/** Share of the past in the running mean whose lowest value the run is measured by. */
const SMOOTHING = 0.9

/** Where a loss came from, for the words. */
export interface LossPlace {
  /** Such as "in step 11 (epoch 1)". */
  readonly where: string
  readonly learningRate: number
  /** Updates that the newest checkpoint holds; 0 where there is none. */
  readonly savedStep: number
}

/**
 * Sees divergence when it happens. What the first loss of a run is does not matter, as long as it is a
 * number: a start with large scores may recover. From then on a loss must neither be beyond
 * {@link FACTOR} times the lowest so far nor, at once, higher than all before it.
 */
export class LossWatch {
  readonly #guessing: number
  readonly #settings: TrainingSettings
  #mean = 0
  #count = 0
  #lowest = Infinity
  #highest = 0

  /** @param losses - of the updates so far, where a run goes on */
  constructor(classes: number, settings: TrainingSettings, losses: readonly number[] = []) {
    this.#guessing = Math.log(classes)
    this.#settings = settings
    for (const loss of losses) this.add(loss)
  }

  /** Takes the mean loss of an update that was found to be in order. */
  add(loss: number): void {
    this.#count += 1
    this.#mean = SMOOTHING * this.#mean + (1 - SMOOTHING) * loss
    // The mean begins at 0: what it lacks for that is made good.
    this.#lowest = Math.min(this.#lowest, this.#mean / (1 - SMOOTHING ** this.#count))
    this.#highest = Math.max(this.#highest, loss)
  }

  /**
   * Stops a run whose loss is no number any more.
   * @throws LabError `diverged` that names the step and what to try.
   */
  checkFinite({ lossSum }: BatchScore, place: LossPlace): void {
    if (!Number.isFinite(lossSum)) throw this.#diverged(lossSum, place)
  }

  /**
   * Stops a run whose mean loss, of an update or a validation, is out of all proportion.
   * @throws LabError `diverged` that names the step and what to try.
   */
  check(loss: number, place: LossPlace): void {
    const isFinite = Number.isFinite(loss)
    if (isFinite && (this.#count === 0 || loss <= this.#limit)) return
    throw this.#diverged(loss, place)
  }

  get #limit(): number {
    const reference = Math.max(LEAST_REFERENCE, this.#guessing, this.#lowest)
    return Math.max(FACTOR * reference, this.#highest)
  }

  #diverged(loss: number, { where, learningRate, savedStep }: LossPlace): LabError {
    const before =
      this.#count > 0
        ? `not far from ${short(this.#lowest)}, the lowest so far`
        : `near ${short(this.#guessing)}, that of guessing`
    const { initialisation, weights, warmupEpochs } = this.#settings
    const ways = [
      `a lower learning rate (${short(learningRate / 10)})`,
      ...(warmupEpochs === 0 ? ['a warm-up'] : []),
      ...(initialisation === 'glorot' || weights !== null ? [] : ['the initialisation glorot']),
    ]
    const wayOn =
      savedStep > 0
        ? `The checkpoint of step ${savedStep} is kept: the run can continue from it`
        : 'There is no checkpoint yet: the run can start again'
    return new LabError(
      'diverged',
      `Training diverged ${where}: expected a loss ${before}; got ${short(loss)}, at learning rate ${short(learningRate)}.`,
      `Try ${ways.join(' or ')}. ${wayOn} at another rate (--resume --lr ${short(learningRate / 10)}).`,
    )
  }
}

/** 2.31, 6.2e+17. */
function short(value: number): string {
  return Math.abs(value) < 1e6 ? String(Number(value.toPrecision(3))) : value.toExponential(1)
}
