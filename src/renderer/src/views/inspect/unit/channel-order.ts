import type { LayerSurvey, SelectivityMeasure } from '../../../../../shared/contract'
import { sortDescending } from '../../../lib/channels/channel-statistics'

/** By what the channels of a layer are sorted. */
export const CHANNEL_ORDERS = [
  { value: 'number', label: 'number' },
  { value: 'selectivity', label: 'selectivity' },
  { value: 'peak', label: 'strongest activation' },
  { value: 'silent', label: 'most often silent' },
] as const

export type SurveyOrder = (typeof CHANNEL_ORDERS)[number]['value']

/** Channel numbers in an order, the largest first; what is not defined comes last. */
export function orderChannels(
  survey: LayerSurvey,
  order: SurveyOrder,
  measure: SelectivityMeasure,
): Uint32Array {
  if (order === 'number') return Uint32Array.from(survey.peak, (_, channel) => channel)
  return sortDescending(
    {
      selectivity: survey.selectivity[measure].index,
      peak: survey.peak,
      silent: survey.silentShare,
    }[order],
  )
}
