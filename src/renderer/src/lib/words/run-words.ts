import { middleScale, type RunSummary } from '../../../../shared/spec'
import { describeConfiguration, titleNetwork } from '../../../../shared/vgg'
import { formatShare } from './format-value'

/** The state of a run, told apart from what its file says where nobody runs it. */
export interface RunStateWords {
  readonly words: string
  readonly tone: 'good' | 'busy' | 'warning' | 'bad' | 'plain'
}

/**
 * A run's state in words.
 * @param isInterrupted - its file says that it goes on, and nobody runs it
 */
export function describeState(summary: RunSummary, isInterrupted: boolean): RunStateWords {
  if (summary.run.imported !== undefined) return { words: 'imported', tone: 'good' }
  if (isInterrupted) return { words: 'interrupted', tone: 'warning' }
  switch (summary.run.state) {
    case 'running':
      return { words: 'training', tone: 'busy' }
    case 'paused':
      return { words: 'paused', tone: 'busy' }
    case 'stopped':
      return { words: 'stopped', tone: 'plain' }
    case 'finished':
      return { words: 'finished', tone: 'good' }
    case 'failed':
      return { words: 'failed', tone: 'bad' }
  }
}

/** "VGG-11 (A), 64 px, width 0.25". */
export function describeRunNetwork({ run }: RunSummary): string {
  const { configuration, inputSize, width } = run.network
  return `${describeConfiguration(configuration)}, ${inputSize} px, width ${width}`
}

/** How a run's validation accuracy was measured: every accuracy carries it. */
export function describeProtocol({ run }: RunSummary): string {
  const { scale, inputSize } = run.settings
  const side = middleScale(scale)
  return `${titleNetwork(run.network)}, ${run.validationImages} validation pictures, test scale Q=${side}, one centre crop of ${inputSize} px, no flip`
}

/** "95.8%", or a dash before the first epoch. */
export function describeBest({ best }: RunSummary): string {
  return best === null ? '–' : formatShare(best.validation.top1)
}

/** "3 of 50"; a dash for a run that was not trained. */
export function describeEpochs({ run, epochs }: RunSummary): string {
  return run.imported === undefined ? `${epochs} of ${run.settings.epochs}` : '–'
}

/** Local date and time of a run's start, to the minute. */
export function describeCreated(created: string, locale?: string): string {
  const date = new Date(created)
  if (Number.isNaN(date.getTime())) return created
  return date.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
}
