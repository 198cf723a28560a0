import type { ResumePoint } from '../../../shared/contract'
import type { RunSummary } from '../../../shared/spec'

/** What is offered of a run whose engine ended, in words. */
export interface InterruptionOffer {
  /** A sentence or two. */
  readonly text: string
  /** On the button. */
  readonly button: string
  /** The run goes on with half the micro-batch. */
  readonly lessMemory: boolean
}

/**
 * Says what can be done about a run whose engine ended.
 * @param name - of the run
 */
export function offerRun(
  name: string,
  { checkpoint, microBatch }: ResumePoint,
  isOutOfMemory: boolean,
): InterruptionOffer {
  const from =
    checkpoint === null
      ? `The run ${name} has no checkpoint yet: it can start again from the beginning, with the same settings`
      : `The run ${name} can continue from ${checkpoint}`
  if (!isOutOfMemory) {
    const button = checkpoint === null ? 'Start again' : 'Continue run'
    return { text: `${from}.`, button, lessMemory: false }
  }
  if (microBatch === 1) {
    return {
      text: `${from}, but one picture per call is already the minimum. Close other programs first, or start a new run with a smaller width or input size.`,
      button: checkpoint === null ? 'Start again' : 'Continue run',
      lessMemory: false,
    }
  }
  return {
    text: `${from}${checkpoint === null ? ' and' : ', with'} half as many pictures per call: the batch size stays the same, and gradients are accumulated.`,
    button: `${checkpoint === null ? 'Start again' : 'Continue'} with half the micro-batch`,
    lessMemory: true,
  }
}

/** Runs that are told by name; more are counted. */
const MAX_NAMED = 3

/** Which runs of earlier starts were cut off, in a sentence: one or more. */
export function describeInterrupted(runs: readonly RunSummary[]): string {
  const named = runs
    .slice(0, MAX_NAMED)
    .map(({ run, epochs }) => `${run.name} (epoch ${epochs} of ${run.settings.epochs})`)
  const others = runs.length - named.length
  if (others > 0) named.push(`${others} more`)
  const last = named.pop() ?? ''
  return named.length === 0
    ? `The run ${last} was interrupted.`
    : `${runs.length} runs were interrupted: ${named.join(', ')} and ${last}.`
}
