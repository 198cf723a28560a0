import type { AugmentedSample } from '../../../../shared/contract'
import type { Augmentation, AugmentationSettings } from '../../../../shared/spec'

const NAMES: Readonly<Record<Augmentation, string>> = {
  crop: 'random crop',
  flip: 'flip',
  color: 'colour shift',
}
const ORDER: readonly Augmentation[] = ['crop', 'flip', 'color']

/** "+2.1", "−0.3", "0.0": a signed number with one digit. */
export function formatSigned(value: number): string {
  const text = Math.abs(value).toFixed(1)
  if (Number(text) === 0) return '0.0'
  return `${value < 0 ? '−' : '+'}${text}`
}

/** A colour shift: "+2.1 −0.3 −1.2". */
export function formatShift(shift: readonly [number, number, number]): string {
  return shift.map(formatSigned).join(' ')
}

/** What a sample is, in one line: for those who hear it, and under its enlargement. */
export function describeSample(sample: AugmentedSample, inputSize: number): string {
  const { epoch, scale, width, height, left, top, flip, shift } = sample
  const parts = [
    `Epoch ${epoch}: S ${scale}, the picture is ${width} × ${height} px`,
    `crop of ${inputSize} × ${inputSize} px at x ${left}, y ${top}`,
    flip ? 'flipped' : 'not flipped',
    `RGB shift ${formatShift(shift)}`,
  ]
  return `${parts.join('; ')}.`
}

/** What the samples are made with. */
export function describeAugmentation({
  inputSize,
  scale,
  augment,
  seed,
}: AugmentationSettings): string {
  const jittered =
    scale.min === scale.max ? `S ${scale.min}` : `S from ${scale.min} to ${scale.max}`
  const chosen = ORDER.filter((name) => augment.includes(name)).map((name) => NAMES[name])
  const switched = chosen.length === 0 ? 'no augmentation: one centre crop' : chosen.join(', ')
  return `Input ${inputSize} px, ${jittered} px, ${switched}; seed ${seed}.`
}
