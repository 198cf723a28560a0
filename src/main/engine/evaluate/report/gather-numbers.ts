import type { Evaluation } from '../../../../shared/contract'
import { measureCalibration } from '../../../../shared/evaluation/calibration'
import { countConfusion, listMostConfused } from '../../../../shared/evaluation/confusion'
import { measureCurveAreas, traceCurves } from '../../../../shared/evaluation/curves'
import { scoreClasses } from '../../../../shared/evaluation/per-class'
import { chooseExamples } from './choose-examples'
import type { ReportMaterial } from './report-material'

/** Pairs and curves that are told at most. */
const MOST_CONFUSED = 20
const MOST_CURVES = 6

/**
 * All that a report tells in numbers.
 * @param probabilities - `[N, K]`, of the evaluation's pictures
 */
export function gatherNumbers(
  evaluation: Evaluation,
  probabilities: Float32Array,
): Omit<ReportMaterial, 'runs' | 'machine' | 'thumbnails'> {
  const { pictures, classNames } = evaluation
  const classes = classNames.length
  const confusion = countConfusion(pictures, classes)
  const areas = measureCurveAreas(probabilities, pictures.label, classes)
  const worst = areas.ap
    .flatMap((ap, index) => (ap === null ? [] : [{ ap, index }]))
    .sort((a, b) => a.ap - b.ap || a.index - b.index)
    .slice(0, MOST_CURVES)
  return {
    evaluation,
    classes: scoreClasses(pictures, classes),
    confusion,
    confused: listMostConfused(confusion, classes, MOST_CONFUSED),
    calibration: measureCalibration(pictures),
    areas,
    curves: worst.map(({ index }) => traceCurves(probabilities, pictures.label, classes, index)),
    examples: chooseExamples(pictures),
  }
}
