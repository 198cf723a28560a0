import { present } from '../present'
import { rankScores, thinCurve, type RankedScores } from './ranked-scores'

/** Curves of one class against the others, the surest pictures first, thinned for drawing. */
export interface ClassCurves {
  readonly classIndex: number
  /** Receiver operating characteristic from (0, 0) to (1, 1), `[P]` each, joined by lines. */
  readonly roc: {
    readonly falsePositiveRate: Float32Array
    readonly truePositiveRate: Float32Array
  }
  /** From (0, 1), `[P]` each: the precision at a recall holds back to the recall before. */
  readonly pr: { readonly recall: Float32Array; readonly precision: Float32Array }
  /** Area under the ROC curve, 0..1; null where the class has no picture, or all. */
  readonly auc: number | null
  /** Average precision, 0..1; null where the class has no picture, or all. */
  readonly ap: number | null
}

/**
 * AUC and AP of all classes, `[K]`, null where a class has no picture, or all; and their means over the
 * others, null where there are none.
 */
export interface CurveAreas {
  readonly auc: readonly (number | null)[]
  readonly ap: readonly (number | null)[]
  readonly macroAuc: number | null
  /** Weighted by the pictures of the classes. */
  readonly weightedAuc: number | null
  readonly macroAp: number | null
  readonly weightedAp: number | null
}

/** Points of a drawn curve at most. */
const DRAWN_POINTS = 500

/**
 * ROC and precision-recall curves of a class against the others. The areas are of all points, not of the
 * drawn ones.
 * @param probabilities - `[N, K]`
 * @param label - `[N]`; pictures with -1 are left out
 */
export function traceCurves(
  probabilities: Float32Array,
  label: Int32Array,
  classes: number,
  classIndex: number,
): ClassCurves {
  const ranked = rankScores(probabilities, label, classes, classIndex)
  const { positives, negatives } = ranked
  const areas = measureAreas(ranked)
  const empty = new Float32Array(0)
  if (areas === null) {
    return {
      classIndex,
      roc: { falsePositiveRate: empty, truePositiveRate: empty },
      pr: { recall: empty, precision: empty },
      auc: null,
      ap: null,
    }
  }
  const roc = { x: [0], y: [0] }
  const pr = { x: [0], y: [1] }
  ranked.sweep((truePositives, falsePositives) => {
    roc.x.push(falsePositives / negatives)
    roc.y.push(truePositives / positives)
    pr.x.push(truePositives / positives)
    pr.y.push(truePositives / (truePositives + falsePositives))
  })
  const drawnRoc = thinCurve(roc.x, roc.y, DRAWN_POINTS)
  const drawnPr = thinCurve(pr.x, pr.y, DRAWN_POINTS)
  return {
    classIndex,
    roc: { falsePositiveRate: drawnRoc.x, truePositiveRate: drawnRoc.y },
    pr: { recall: drawnPr.x, precision: drawnPr.y },
    ...areas,
  }
}

/** Areas of one class against the others, and its pictures. */
export interface ClassAreas {
  readonly auc: number | null
  readonly ap: number | null
  readonly support: number
}

/**
 * AUC and AP of one class against the others (`roc_auc_score`, `average_precision_score` of scikit-learn).
 * @param probabilities - `[N, K]`
 * @param label - `[N]`; pictures with -1 are left out
 */
export function measureClassAreas(
  probabilities: Float32Array,
  label: Int32Array,
  classes: number,
  classIndex: number,
): ClassAreas {
  const ranked = rankScores(probabilities, label, classes, classIndex)
  const areas = measureAreas(ranked)
  return { auc: areas?.auc ?? null, ap: areas?.ap ?? null, support: ranked.positives }
}

/** The areas of all classes with their means (`multi_class='ovr'`). */
export function averageAreas(perClass: readonly ClassAreas[]): CurveAreas {
  const auc = perClass.map((one) => one.auc)
  const ap = perClass.map((one) => one.ap)
  const support = perClass.map((one) => one.support)
  const alike = support.map(() => 1)
  return {
    auc,
    ap,
    macroAuc: meanOf(auc, alike),
    weightedAuc: meanOf(auc, support),
    macroAp: meanOf(ap, alike),
    weightedAp: meanOf(ap, support),
  }
}

/** {@link measureClassAreas} of all classes, with their means. */
export function measureCurveAreas(
  probabilities: Float32Array,
  label: Int32Array,
  classes: number,
): CurveAreas {
  return averageAreas(
    Array.from({ length: classes }, (_, index) =>
      measureClassAreas(probabilities, label, classes, index),
    ),
  )
}

/**
 * AUC by the trapezoids between thresholds, so that a tie of a positive and a negative counts half; AP as
 * the precision at each threshold times the recall that it adds, without interpolation.
 */
function measureAreas({
  positives,
  negatives,
  sweep,
}: RankedScores): { readonly auc: number; readonly ap: number } | null {
  if (positives === 0 || negatives === 0) return null
  let before = { truePositives: 0, falsePositives: 0 }
  let twiceArea = 0
  let ap = 0
  sweep((truePositives, falsePositives) => {
    const width = falsePositives - before.falsePositives
    twiceArea += width * (truePositives + before.truePositives)
    const gained = truePositives - before.truePositives
    ap += (gained * truePositives) / (truePositives + falsePositives)
    before = { truePositives, falsePositives }
  })
  return { auc: twiceArea / 2 / positives / negatives, ap: ap / positives }
}

function meanOf(values: readonly (number | null)[], weights: readonly number[]): number | null {
  let sum = 0
  let total = 0
  values.forEach((value, index) => {
    if (value === null) return
    const weight = present(weights[index])
    sum += value * weight
    total += weight
  })
  return total === 0 ? null : sum / total
}
