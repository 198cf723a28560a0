import { present } from '../../../shared/present'
import type { StoredTensor } from '../formats/stored-tensor'
import type { FoundScale } from './found-network'

/** Batch normalisation with the statistics of its training: gamma (x - mean) / sqrt(variance + epsilon) + beta. */
export function makeNormalisation(
  name: string,
  parts: Record<'mean' | 'variance', StoredTensor> & Record<'gamma' | 'beta', StoredTensor | null>,
  epsilon: number,
): FoundScale {
  return {
    name,
    read: async () => {
      const mean = await parts.mean.read()
      const variance = await parts.variance.read()
      const gamma = await parts.gamma?.read()
      const beta = await parts.beta?.read()
      const factor = variance.map(
        (value, channel) => (gamma?.[channel] ?? 1) / Math.sqrt(value + epsilon),
      )
      const offset = mean.map(
        (value, channel) => (beta?.[channel] ?? 0) - value * present(factor[channel]),
      )
      return { factor, offset }
    },
  }
}
