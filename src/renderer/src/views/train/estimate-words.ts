import { formatBytes } from '../../../../shared/format-bytes'
import { planCheckpoints, type TrainingSettings } from '../../../../shared/spec'
import type { DurationEstimate, RunPace } from '../../lib/network/run-pace'
import { formatDuration } from '../../lib/words/format-training'
import { formatCount, formatPlural } from '../../lib/words/format-value'

/** "about 12 min (50 epochs of 12 steps at 0.24 s, measured)". */
export function describeDuration(
  { epochs, earlyStopping }: TrainingSettings,
  { seconds, stepsPerEpoch, secondsPerStep }: DurationEstimate,
  { asIn }: RunPace,
): string {
  const how = earlyStopping > 0 ? 'at most about' : 'about'
  const steps = formatPlural(stepsPerEpoch, 'step')
  const source = asIn === null ? 'measured' : `as in ${asIn}`
  return `${how} ${roundDuration(seconds)} (${formatPlural(epochs, 'epoch')} of ${steps} at ${formatStep(secondsPerStep)}, ${source})`
}

/** From so many seconds on an estimate is told to so many: it does not know more. */
const GRAINS = [
  [172_800, 3600],
  [7200, 600],
  [600, 60],
  [120, 10],
  [10, 1],
] as const

function roundDuration(seconds: number): string {
  const [, grain] = GRAINS.find(([from]) => seconds >= from) ?? [0, 0.1]
  return formatDuration(Math.round(seconds / grain) * grain)
}

const formatStep = (seconds: number): string => `${Number(seconds.toPrecision(2))} s`

/** What is told of the space that checkpoints take. */
export interface SpaceWords {
  readonly text: string
  /** Whether there is not enough of it. */
  readonly isShort: boolean
}

/** "up to 1.1 GB of checkpoints (4 of 0.28 GB each); 50 GB free". */
export function describeSpace(
  parameters: number,
  settings: TrainingSettings,
  freeBytes: number | null,
): SpaceWords {
  const { count, bytesEach, bytes } = planCheckpoints(parameters, settings)
  const free = freeBytes === null ? '' : `; ${formatBytes(freeBytes)} free`
  return {
    text: `up to ${formatBytes(bytes)} of checkpoints (${formatCount(count)} of ${formatBytes(bytesEach)} each)${free}`,
    isShort: freeBytes !== null && bytes > freeBytes,
  }
}
