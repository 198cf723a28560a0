import type { RangePoint } from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import { PARAMETERS } from '../../../../shared/spec'

/** Losses on either side of one that its mean is taken over, for the judgement. */
const REACH = 5
/** Losses at the start of the test, whose mean it is measured against. */
const FIRST = 10
/** Losses on either side of the lowest mean that tell how much they scatter. */
const AROUND = 20
/** A fall counts where it is so many times the standard error of a mean, and so large a part of the loss. */
const SIGNIFICANT = { errors: 3.5, share: 0.02 } as const
/** Still as low as it got: within so many standard errors, or so large a part of the fall. */
const LOW = { errors: 2, share: 0.1 } as const
/** A start so many times the loss of guessing comes from large scores. */
const LARGE_START = 10

/** What a range test comes to. */
export interface RangeJudgement {
  /** A tenth of the highest rate at which the loss was as low as it got; null where it did not fall. */
  readonly candidate: number | null
  /** What was seen, and what to do where there is no candidate. */
  readonly verdict: string
}

/**
 * Judges the losses of a range test. A fall must lead clearly below both the start of the test and
 * guessing: that large scores shrink until the network guesses is not learning, and happens at any rate.
 * @param points - the losses up to the end of the test, which may have come early
 * @param classes - of the network, for the loss of guessing
 * @param warning - of the start, which tells better what to do; null where it is healthy
 */
export function judgeRange(
  points: readonly RangePoint[],
  classes: number,
  isDiverged: boolean,
  warning: string | null = null,
): RangeJudgement {
  const startAdvice = warning ?? START_ADVICE
  const advice = warning === null ? ADVICE : `No rate is suggested. ${warning}`
  const losses = points.map(({ loss }) => loss)
  const guessing = Math.log(classes)
  const rateAt = (index: number): string => short(present(points[index]).learningRate)
  if (losses.length < 3 * REACH) {
    return refuse(
      `The test ended after ${losses.length} updates, at a learning rate that is next to nothing: the loss was out of all proportion.`,
      startAdvice,
    )
  }
  const means = smooth(losses)
  const start = mean(losses.slice(0, FIRST))
  const inner = means.slice(REACH, -REACH)
  const bottom = REACH + inner.indexOf(Math.min(...inner))
  const low = present(means[bottom])
  const error = scatter(losses.slice(Math.max(0, bottom - AROUND), bottom + AROUND)) / WINDOW_ROOT
  const reference = Math.min(start, guessing)
  const fall = reference - low
  const end = isDiverged
    ? `up to a rate of ${rateAt(points.length - 1)}, where it diverged`
    : `at any rate up to ${rateAt(points.length - 1)}`

  if (fall > Math.max(SIGNIFICANT.errors * error, SIGNIFICANT.share * reference)) {
    const limit = low + Math.max(LOW.errors * error, LOW.share * fall)
    let last = bottom
    while (last + 1 < means.length && present(means[last + 1]) <= limit) last += 1
    const rate = present(points[last]).learningRate
    return {
      candidate: roundRate(rate / 10),
      verdict: `The loss fell from ${formatLoss(start)} to ${formatLoss(low)} (guessing: ${formatLoss(guessing)}) and stayed low up to a rate of ${rateAt(last)}.`,
    }
  }
  const guess = `that of guessing among ${classes} classes`
  if (low > 1.1 * guessing) {
    return refuse(
      `The loss went from ${formatLoss(start)} to ${formatLoss(low)} and never came down to ${formatLoss(guessing)}, ${guess}, ${end}.`,
      start > LARGE_START * guessing ? startAdvice : advice,
    )
  }
  if (fall > SIGNIFICANT.share * reference) {
    return refuse(
      `The loss fell from ${formatLoss(start)} to ${formatLoss(low)}, but not clearly: from batch to batch it scatters by ${formatLoss(error * WINDOW_ROOT)}.`,
      'Repeat the test with larger batches.',
    )
  }
  if (start < 0.95 * guessing) {
    return refuse(
      `The loss was ${formatLoss(start)} at the start and got no lower ${end}.`,
      'These weights may have nothing left to learn here: train at a small rate, or let more layers learn.',
    )
  }
  return start > 1.1 * guessing
    ? refuse(
        `The loss fell from ${formatLoss(start)} to ${formatLoss(low)}, ${guess}, and no lower ${end}.`,
        advice,
      )
    : refuse(`The loss stayed at ${formatLoss(start)}, ${guess}, ${end}.`, advice)
}

const START_ADVICE =
  'The start is unsuitable: use the initialisation glorot, and see “Check the start” (check-start).'
const ADVICE = `No rate is suggested. A hundred updates are often too few for a network from scratch: keep ${PARAMETERS.learningRate.default} and watch the first epochs, or repeat the test with larger batches or from pre-trained weights.`

const refuse = (seen: string, advice: string): RangeJudgement => ({
  candidate: null,
  verdict: `${seen} ${advice}`,
})

const WINDOW_ROOT = Math.sqrt(2 * REACH + 1)

/** Means over each loss and {@link REACH} on either side of it, as far as there are so many. */
function smooth(losses: readonly number[]): number[] {
  return losses.map((_, index) => mean(losses.slice(Math.max(0, index - REACH), index + REACH + 1)))
}

/** Mean of numbers; not a number of none. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Standard deviation of the noise, by the median change from each to the next: trends and spikes matter little. */
export function scatter(values: readonly number[]): number {
  const changes = values.slice(1).map((value, index) => Math.abs(value - present(values[index])))
  const median = present(changes.sort((a, b) => a - b)[Math.floor(changes.length / 2)])
  // 1.4826 from the median to the deviation of a normal; a difference of two has √2 times that of one.
  return (1.4826 * median) / Math.SQRT2
}

/** A rate with two digits. */
export const roundRate = (rate: number): number => Number(rate.toPrecision(2))
const short = (value: number): string => String(roundRate(value))
/** A loss in a few digits. */
export const formatLoss = (value: number): string =>
  value < 1000 ? String(Number(value.toPrecision(3))) : value.toExponential(1)
