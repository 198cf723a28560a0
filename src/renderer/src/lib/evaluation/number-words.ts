import type { Interval } from '../../../../shared/evaluation/bootstrap'
import { formatLoss } from '../words/format-training'
import { formatShare, withMinus } from '../words/format-value'

/** "70.1 to 74.6%": the 95% interval of a share. */
export function formatShareInterval({ low, high }: Interval): string {
  return `${(low * 100).toFixed(1)} to ${formatShare(high)}`
}

/** "0.8123 to 0.9001": the 95% interval of a loss. */
export function formatLossInterval({ low, high }: Interval): string {
  return `${formatLoss(low)} to ${formatLoss(high)}`
}

/** A difference of two shares in points of a per cent, with its sign: "+3.2". */
export function formatPoints(difference: number): string {
  return withMinus(`${difference > 0 ? '+' : ''}${(difference * 100).toFixed(1)}`)
}

/** Three digits after the point, as precision, recall, F1, AUC and AP are read; a dash where undefined. */
export function formatScore(score: number | null): string {
  return score === null ? '–' : score.toFixed(3)
}
