import type { Layer, MappingOutcome } from '../../../../shared/vgg'
import { formatCount } from './format-value'
import { present } from '../../../../shared/present'

/** What happens to a layer; `unused` is one of the source that the target does not have. */
export type TransferOutcome = MappingOutcome | 'unused'

/** How an outcome is shown: by a mark and in words, never by colour alone. */
export const OUTCOMES: Readonly<Record<TransferOutcome, { mark: string; words: string }>> = {
  copied: { mark: '✓', words: 'copied' },
  drawn: { mark: '○', words: 'randomly initialised' },
  differs: { mark: '≠', words: 'different shape, randomly initialised' },
  missing: { mark: '?', words: 'not there, randomly initialised' },
  unused: { mark: '–', words: 'only there, not used' },
}

/** "3×3, 64 → 128" for a convolution, "25,088 → 4,096" for a fully connected layer; '' without weights. */
export function describeWeights({ weightShape }: Pick<Layer, 'weightShape'>): string {
  if (weightShape === null) return ''
  const inputs = formatCount(present(weightShape.at(-2)))
  const outputs = formatCount(present(weightShape.at(-1)))
  const kernel = weightShape.length === 4 ? `${weightShape[0]}×${weightShape[1]}, ` : ''
  return `${kernel}${inputs} → ${outputs}`
}
