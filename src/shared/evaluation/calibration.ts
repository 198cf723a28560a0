import { present } from '../present'
import { UNKNOWN_CLASS, type PictureColumns } from './picture-columns'

/** Bins of a reliability diagram; 15 as in Guo et al. 2017. */
export const CALIBRATION_BINS = 15

/** Pictures whose confidence lies in (low, high]; the lowest bin has 0 too. */
export interface CalibrationBin {
  readonly low: number
  readonly high: number
  readonly pictures: number
  /** null in an empty bin. */
  readonly meanConfidence: number | null
  /** Share of right answers, 0..1; null in an empty bin. */
  readonly accuracy: number | null
}

/** How far confidence is from accuracy; null without a picture. */
export interface Calibration {
  readonly bins: readonly CalibrationBin[]
  /** Expected calibration error: mean of |accuracy - confidence| over bins, weighted by pictures. */
  readonly ece: number | null
  /** Maximum calibration error: the largest of those differences. */
  readonly mce: number | null
  /** Brier score: mean squared distance of the probabilities from the truth over all classes, 0..2. */
  readonly brier: number | null
}

/** The bin of a confidence, 0..1: that with low < confidence <= high, as in Guo et al. 2017, section 2. */
export function binOf(confidence: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))
}

/** Reliability diagram and calibration errors of the most probable class (Guo et al. 2017). */
export function measureCalibration(
  columns: Pick<PictureColumns, 'label' | 'confidence' | 'ownRank' | 'squaredError'>,
  bins = CALIBRATION_BINS,
): Calibration {
  const pictures = new Uint32Array(bins)
  const right = new Uint32Array(bins)
  const confidence = new Float64Array(bins)
  let counted = 0
  let squares = 0
  columns.label.forEach((label, picture) => {
    if (label === UNKNOWN_CLASS) return
    const own = present(columns.confidence[picture])
    const bin = binOf(own, bins)
    counted++
    squares += present(columns.squaredError[picture])
    pictures[bin] = present(pictures[bin]) + 1
    confidence[bin] = present(confidence[bin]) + own
    if (columns.ownRank[picture] === 1) right[bin] = present(right[bin]) + 1
  })
  const list = Array.from(pictures, (count, bin): CalibrationBin => {
    const isEmpty = count === 0
    return {
      low: bin / bins,
      high: (bin + 1) / bins,
      pictures: count,
      meanConfidence: isEmpty ? null : present(confidence[bin]) / count,
      accuracy: isEmpty ? null : present(right[bin]) / count,
    }
  })
  if (counted === 0) return { bins: list, ece: null, mce: null, brier: null }
  const gapOf = (bin: CalibrationBin): number =>
    Math.abs((bin.accuracy ?? 0) - (bin.meanConfidence ?? 0))
  return {
    bins: list,
    ece: list.reduce((sum, bin) => sum + gapOf(bin) * bin.pictures, 0) / counted,
    mce: Math.max(...list.map(gapOf)),
    brier: squares / counted,
  }
}
