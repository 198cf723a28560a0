import type { RangePoint } from '../../../../shared/contract'

/** Rates of the test, from the first to the last evenly in the logarithm. */
export const RANGE = { first: 1e-6, last: 1, steps: 100 } as const
/** Share of the past in the running mean of the losses. */
const SMOOTHING = 0.9
/** The test ends when the smoothed loss is `factor` times the lowest, after at least `afterSteps` updates. */
const DIVERGED = { factor: 4, afterSteps: 10 } as const
/** The rate of an update, 0 for the first. */
export function rateOf(step: number): number {
  const { first, last, steps } = RANGE
  return first * (last / first) ** (step / (steps - 1))
}

/** Collects the losses of a learning-rate range test (Smith 2017) and sees when it is over. */
export class RangeLosses {
  readonly #made: RangePoint[] = []
  #mean = 0
  #lowest = Infinity
  #isOver = false

  get points(): readonly RangePoint[] {
    return this.#made
  }

  /** Whether the loss has gone up for good, or is no number any more. */
  get isDiverged(): boolean {
    return this.#isOver
  }

  add(learningRate: number, loss: number): void {
    if (!Number.isFinite(loss)) {
      this.#isOver = true
      return
    }
    this.#mean = SMOOTHING * this.#mean + (1 - SMOOTHING) * loss
    // The mean begins at 0: what it lacks for that is made good.
    const smoothed = this.#mean / (1 - SMOOTHING ** (this.#made.length + 1))
    this.#made.push({ learningRate, loss, smoothed })
    this.#lowest = Math.min(this.#lowest, smoothed)
    const { factor, afterSteps } = DIVERGED
    this.#isOver = this.#made.length > afterSteps && smoothed > factor * this.#lowest
  }
}
