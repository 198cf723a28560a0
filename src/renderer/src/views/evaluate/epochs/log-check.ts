import type { EvaluationSummary } from '../../../../../shared/contract'
import { checkpointName, type EpochMetrics, type RunSummary } from '../../../../../shared/spec'
import { middleScale } from '../../../../../shared/spec'
import { formatCount } from '../../../lib/words/format-value'

/**
 * Whether an evaluation that shows the best checkpoint's validation pictures as training did has as many
 * right as the log says; null where there is no such evaluation, or it is of fewer pictures.
 */
export function describeLogCheck(
  { folder, run }: RunSummary,
  best: EpochMetrics,
  evaluations: readonly EvaluationSummary[],
): string | null {
  const scale = middleScale(run.settings.scale)
  const found = evaluations.find(({ spec, models, counted }) => {
    const [model] = models
    const { kind, scales, flip } = spec.protocol
    return (
      models.length === 1 &&
      model?.runFolder === folder &&
      model.checkpoint === checkpointName(best.epoch) &&
      spec.data.kind === 'run' &&
      spec.data.half === 'validation' &&
      kind === 'center' &&
      !flip &&
      scales.length === 1 &&
      scales[0] === scale &&
      counted === run.validationImages
    )
  })
  const share = found?.top1?.value
  if (found === undefined || share === undefined) return null
  const right = (part: number): number => Math.round(part * found.counted)
  const [evaluated, logged] = [right(share), right(best.validation.top1)]
  const words = `Evaluation of the best checkpoint by centre crop: ${formatCount(evaluated)} of ${formatCount(found.counted)} right`
  return evaluated === logged
    ? `${words}, as the log says.`
    : `${words}; the log says ${formatCount(logged)}. Pictures or labels have changed since.`
}
