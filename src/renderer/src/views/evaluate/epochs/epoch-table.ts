import type { EpochMetrics, RunFile } from '../../../../../shared/spec'
import { titleNetwork } from '../../../../../shared/vgg'
import { encodeCsv } from '../../../lib/export/numeric-files'
import { formatCount } from '../../../lib/words/format-value'

/** The epochs of a run as CSV, a row each. */
export function encodeEpochsCsv(epochs: readonly EpochMetrics[]): Uint8Array {
  const header = [
    'epoch',
    'step',
    'seconds',
    'train_loss',
    'train_top1',
    'train_top5',
    'validation_loss',
    'validation_top1',
    'validation_top5',
    'learning_rate',
    'images_per_second',
    'data_wait_share',
    'best_so_far',
  ]
  const rows = epochs.map((epoch) => [
    epoch.epoch,
    epoch.step,
    epoch.seconds,
    epoch.train.loss,
    epoch.train.top1,
    epoch.train.top5,
    epoch.validation.loss,
    epoch.validation.top1,
    epoch.validation.top5,
    epoch.learningRate,
    epoch.imagesPerSecond,
    epoch.dataWaitShare ?? null,
    epoch.isBest ? 1 : 0,
  ])
  return encodeCsv(header, rows)
}

/** How the validation numbers of a run come about, in a line. */
export function describeValidation(run: RunFile | null): string {
  const how =
    'shorter side rescaled to S, one centre crop, no flip, dropout off. Training numbers are means over the epoch with dropout and augmentation on.'
  if (run === null) return `Held-out pictures: ${how}`
  const { network, settings, validationImages } = run
  const { min, max } = settings.scale
  const scale = min === max ? `training scale S=${min}` : `training scale S from ${min} to ${max}`
  const width = network.width === 1 ? '' : `, width ${network.width}`
  return `${titleNetwork(network)}${width}, input ${network.inputSize} px, ${scale}, ${formatCount(validationImages)} held-out pictures: ${how}`
}
