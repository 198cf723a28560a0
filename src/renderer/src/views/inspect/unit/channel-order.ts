import type { LayerSurvey, SelectivityMeasure } from '../../../../../shared/contract'

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
  const channels = Uint32Array.from(survey.peak, (_, channel) => channel)
  if (order === 'number') return channels
  const values = {
    selectivity: survey.selectivity[measure].index,
    peak: survey.peak,
    silent: survey.silentShare,
  }[order]
  const valueOf = (channel: number): number => {
    const value = values[channel] ?? NaN
    return Number.isNaN(value) ? -Infinity : value
  }
  return channels.sort((a, b) => valueOf(b) - valueOf(a) || a - b)
}
