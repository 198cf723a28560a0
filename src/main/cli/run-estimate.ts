import type { TrainingStatus } from '../../shared/contract'
import { formatBytes } from '../../shared/format-bytes'
import { planCheckpoints, type RunFile } from '../../shared/spec'
import { describeNetwork } from '../../shared/vgg'
import { formatCount, formatSeconds } from './output'

/**
 * What a run will take, by its first seconds: "About 12 min for 50 epochs of 12 steps at 0.24 s each; up to
 * 1.1 GB of checkpoints, 50 GB free."
 * @param freeBytes - where the run is written; null where that is not known
 * @returns null while the pace is not known
 */
export function describeEstimate(
  { etaSeconds, imagesPerSecond, epoch, epochs, stepsPerEpoch }: TrainingStatus,
  { settings, network }: RunFile,
  freeBytes: number | null,
): string | null {
  if (etaSeconds === null || imagesPerSecond === null) return null
  const left = Math.max(1, epochs - epoch + 1)
  const stepSeconds = (settings.batchSize * settings.accumulate) / imagesPerSecond
  const how = settings.earlyStopping > 0 ? 'At most about' : 'About'
  const { bytes } = planCheckpoints(describeNetwork(network).parameters, settings)
  const free = freeBytes === null ? '' : `, ${formatBytes(freeBytes)} free`
  const isShort = freeBytes !== null && bytes > freeBytes
  const warning = isShort ? ' Not enough: keep fewer (--keep-last), or free some space.' : ''
  return `${how} ${formatSeconds(etaSeconds)} for ${formatCount(left)} ${left === 1 ? 'epoch' : 'epochs'} of ${formatCount(stepsPerEpoch)} steps at ${Number(stepSeconds.toPrecision(2))} s each, as measured; up to ${formatBytes(bytes)} of checkpoints${free}.${warning}`
}
