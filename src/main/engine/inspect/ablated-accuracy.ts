import { LabError, type AccuracyChange, type ModelRef } from '../../../shared/contract'
import { itemAt } from '../../../shared/present'
import type { Ablation } from '../../../shared/spec'
import type { WorkOptions } from '../work/progress-meter'
import type { AskedNetwork, Tap } from '../network/asked-network'
import type { HostTensor } from '../tensors/host-tensor'
import type { PictureBatch } from '../tensors/batches'
import { findLowest, makeScales } from './ablations'
import { makeBatch } from './ask-model'
import type { ChosenPicture } from './choose-pictures'
import type { ModelRegistry } from './model-registry'
import { ScoreTally, scoreRows } from './score-tally'
import { chooseVisitSize } from './visit-size'
import { walkPictures } from './walk-pictures'

const SCORES: Tap = { layer: 'fc8', stage: 'output' }

/** What is measured, and on which pictures. */
export interface AblatedAccuracyRequest {
  readonly model: ModelRef
  readonly ablations: readonly Ablation[]
  readonly pictures: readonly (ChosenPicture & { readonly label: number })[]
  /** Names of the network's classes. */
  readonly classNames: readonly string[]
}

/**
 * Accuracy with and without ablations over the same pictures, one centre crop each. What lies below the
 * lowest layer that is scaled is run once for both.
 * @throws LabError `bad-input` for a layer or channels that there are not; `unreadable` or `not-found`
 *   when no picture can be read; `cancelled`.
 */
export async function measureAblatedAccuracy(
  models: ModelRegistry,
  isTraining: () => boolean,
  { model: ref, ablations, pictures, classNames }: AblatedAccuracyRequest,
  work: WorkOptions,
): Promise<Omit<AccuracyChange, 'pictures'>> {
  const batch = await models.use(ref, ({ network: { network } }) => {
    makeScales(network, ablations)
    return chooseVisitSize(network)
  })
  const totals = { before: new ScoreTally(), after: new ScoreTally() }
  const classes = classNames.map(() => ({ before: new ScoreTally(), after: new ScoreTally() }))
  const { count, isOfOneSet } = await walkPictures(
    models,
    isTraining,
    {
      model: ref,
      images: pictures.map(({ image }) => image),
      batch,
      label: 'Accuracy with ablations',
    },
    work,
    ({ network }, walked) => {
      const labels = walked.map(({ index }) => itemAt(pictures, index, 'pictures').label)
      const shown = makeBatch(...walked.map(({ fitted }) => fitted))
      const [plain, ablated] = scoreBoth(network, shown, ablations)
      for (const [scores, when] of [
        [plain, 'before'],
        [ablated, 'after'],
      ] as const) {
        scoreRows(scores.data, labels).forEach((score, row) => {
          totals[when].add(score)
          itemAt(classes, itemAt(labels, row))[when].add(score)
        })
      }
    },
  )
  return {
    images: count,
    unreadable: pictures.length - count,
    before: totals.before.accuracy,
    after: totals.after.accuracy,
    classes: classes.flatMap(({ before, after }, index) => {
      const { images } = before
      if (images === 0) return []
      const name = itemAt(classNames, index)
      return [{ class: name, images, before: before.accuracy, after: after.accuracy }]
    }),
    isOfOneSet,
  }
}

function scoreBoth(
  network: AskedNetwork,
  batch: PictureBatch,
  ablations: readonly Ablation[],
): readonly [HostTensor, HostTensor] {
  const scales = makeScales(network.network, ablations)
  const lowest = findLowest(network.network, scales)
  const taps: Tap[] = lowest === null ? [SCORES] : [SCORES, { layer: lowest, stage: 'output' }]
  const [plain, tensor] = network.tap(batch, taps)
  if (plain === undefined) throw new LabError('internal', 'Expected scores, got none.')
  if (lowest === null || tensor === undefined) return [plain, plain]
  const [ablated] = network.withScales(scales).tapFrom({ layer: lowest, tensor }, [SCORES])
  if (ablated === undefined) throw new LabError('internal', 'Expected scores, got none.')
  return [plain, ablated]
}
