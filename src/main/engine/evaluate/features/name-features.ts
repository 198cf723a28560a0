import type { DenseFeatureSpec } from '../../../../shared/contract/dense-features'
import type { EvaluatedModel } from '../../../../shared/contract/evaluate'

/** "D + E, fc7, dense, Q=256, 384 averaged, flip averaged, L2-normalised" */
export function nameFeatures(
  models: readonly EvaluatedModel[],
  { layer, scales, flip, combine, normalise }: Omit<DenseFeatureSpec, 'models' | 'data'>,
): string {
  const names = models.map(({ configuration }) => configuration).join(' + ')
  const combined = scales.length === 1 ? '' : combine === 'stack' ? ' stacked' : ' averaged'
  const words = [
    names,
    layer,
    'dense',
    `Q=${scales.join(', ')}${combined}`,
    ...(flip ? ['flip averaged'] : []),
    ...(normalise ? ['L2-normalised'] : []),
  ]
  return words.join(', ')
}
