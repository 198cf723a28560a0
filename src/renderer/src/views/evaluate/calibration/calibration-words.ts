import type { EvaluatedPictures, EvaluationSummary } from '../../../../../shared/contract'
import {
  binOf,
  type Calibration,
  type CalibrationBin,
} from '../../../../../shared/evaluation/calibration'
import { UNKNOWN_CLASS } from '../../../../../shared/evaluation/picture-columns'
import { tabulateCalibration } from '../../../../../shared/evaluation/tables'
import { itemAt } from '../../../../../shared/present'
import { toExportTable, type ExportTable } from '../../../lib/export/export-table'
import type { PictureFilter } from '../../../lib/evaluation/picture-filter'
import { formatShare } from '../../../lib/words/format-value'

/** "20.0% to 26.7%" */
export function describeBin({ low, high }: CalibrationBin): string {
  return `${formatShare(low)} to ${formatShare(high)}`
}

/** Whether the network is surer than it is right, in a sentence. */
export function describeSureness({ bins }: Calibration): string {
  let pictures = 0
  let difference = 0
  for (const bin of bins) {
    pictures += bin.pictures
    difference += bin.pictures * ((bin.meanConfidence ?? 0) - (bin.accuracy ?? 0))
  }
  const mean = difference / Math.max(1, pictures)
  const points = `${Math.abs(mean * 100).toFixed(1)} points`
  if (Math.abs(mean) < 0.005) return 'On the whole, the network is as sure as it is right.'
  return mean > 0
    ? `On the whole, the network is surer than it is right, by ${points}.`
    : `On the whole, the network is right more often than it is sure, by ${points}.`
}

/** The pictures of a bin. */
export function choosePicturesOf(
  bin: CalibrationBin,
  { bins }: Calibration,
  { label, confidence }: EvaluatedPictures,
): Partial<PictureFilter> {
  const at = bins.indexOf(bin)
  const pictures = Array.from(label.keys()).filter(
    (picture) =>
      label[picture] !== UNKNOWN_CLASS && binOf(itemAt(confidence, picture), bins.length) === at,
  )
  return { among: { words: `confidence ${describeBin(bin)}`, pictures } }
}

/** The bins as they leave the lab. */
export function exportCalibration(
  calibration: Calibration,
  { protocolWords, dataWords }: EvaluationSummary,
): ExportTable {
  return toExportTable(
    `Calibration: ${protocolWords}, ${dataWords}`,
    tabulateCalibration(calibration),
  )
}
