import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { measureCalibration } from '../../../../src/shared/evaluation/calibration'
import { countConfusion } from '../../../../src/shared/evaluation/confusion'
import { measureCurveAreas, traceCurves } from '../../../../src/shared/evaluation/curves'
import { findLabelErrors } from '../../../../src/shared/evaluation/label-errors'
import { testMcNemar } from '../../../../src/shared/evaluation/paired'
import { scoreClasses, type ClassMeans } from '../../../../src/shared/evaluation/per-class'
import { describePictures } from '../../../../src/shared/evaluation/picture-columns'
import { summariseScores } from '../../../../src/shared/evaluation/summary'
import { hashClassification, type ClassificationPlan } from '../../../support/hashed-classification'

type Numbers = readonly (number | null)[]
type Points = readonly (readonly [number, number])[]

/** What `test/support/evaluation_numbers.py` wrote. */
interface StoredCase extends ClassificationPlan {
  readonly name: string
  readonly top1: number
  readonly balancedAccuracy: number
  readonly loss: number
  readonly brier: number
  readonly precision: Numbers
  readonly recall: Numbers
  readonly f1: Numbers
  readonly support: Numbers
  readonly macro: Numbers
  readonly weighted: Numbers
  readonly confusion: readonly (readonly number[])[] | null
  /** Accuracy and confidence of the bins that are not empty. */
  readonly calibration: {
    readonly pictures: readonly number[]
    readonly accuracy: Numbers
    readonly meanConfidence: Numbers
    readonly ece: number
    readonly mce: number
  }
  readonly areas: {
    readonly auc: Numbers
    readonly ap: Numbers
    readonly macroAuc?: number
    readonly weightedAuc?: number
    readonly macroAp?: number
    readonly weightedAp?: number
  }
  readonly curves: { readonly roc: Points; readonly pr: Points } | null
  readonly labelErrors: readonly number[]
}

const FILE = fileURLToPath(new URL('../../../support/evaluation-numbers.json', import.meta.url))
const { cases, mcNemar } = JSON.parse(readFileSync(FILE, 'utf8')) as {
  readonly cases: readonly StoredCase[]
  readonly mcNemar: readonly {
    readonly onlyA: number
    readonly onlyB: number
    readonly test: string
    readonly statistic: number
    readonly pValue: number
  }[]
}

const DIGITS = 8

function expectClose(found: Numbers, stored: Numbers): void {
  expect(found.map((value) => value === null)).toEqual(stored.map((value) => value === null))
  stored.forEach((value, index) => {
    if (value !== null) expect(found[index], `at ${index}`).toBeCloseTo(value, DIGITS)
  })
}

const listMeans = (means: ClassMeans | null): Numbers =>
  means === null ? [] : [means.precision, means.recall, means.f1]

describe.each(cases)('$name: the numbers of scikit-learn', (stored) => {
  const { classes } = stored
  const { probabilities, label } = hashClassification(stored)
  const columns = describePictures(probabilities, label, classes)

  test('accuracy and loss', () => {
    const summary = summariseScores(columns, classes, { resamples: 10 })
    expect(summary.counted).toBe(label.filter((one) => one >= 0).length)
    expect(summary.unknownClass).toBe(label.length - summary.counted)
    expect(summary.top1?.value).toBeCloseTo(stored.top1, DIGITS)
    expect(summary.loss?.value).toBeCloseTo(stored.loss, 6)
    expect(summary.top5 === null).toBe(classes <= 5)
  })

  test('precision, recall and F1', () => {
    const { perClass, macro, weighted } = scoreClasses(columns, classes)
    expectClose(
      perClass.map((one) => one.support),
      stored.support,
    )
    expectClose(
      perClass.map((one) => one.precision),
      stored.precision,
    )
    expectClose(
      perClass.map((one) => one.recall),
      stored.recall,
    )
    // F1 of a class that is neither there nor predicted is null here, and 0 there.
    expectClose(
      perClass.map((one) => one.f1 ?? 0),
      stored.f1.map((value) => value ?? 0),
    )
    expectClose(listMeans(macro), stored.macro)
    expectClose(listMeans(weighted), stored.weighted)
    expect(macro?.recall).toBeCloseTo(stored.balancedAccuracy, DIGITS)
  })

  test.runIf(stored.confusion !== null)('confusion matrix', () => {
    expect(Array.from(countConfusion(columns, classes))).toEqual(stored.confusion?.flat())
  })

  test('calibration', () => {
    const { bins, ece, mce, brier } = measureCalibration(columns)
    const filled = bins.filter((bin) => bin.pictures > 0)
    expect(bins.map((bin) => bin.pictures)).toEqual(stored.calibration.pictures)
    expectClose(
      filled.map((bin) => bin.accuracy),
      stored.calibration.accuracy,
    )
    expectClose(
      filled.map((bin) => bin.meanConfidence),
      stored.calibration.meanConfidence,
    )
    expectClose([ece, mce], [stored.calibration.ece, stored.calibration.mce])
    expect(brier).toBeCloseTo(stored.brier, 6)
  })

  test('AUC and average precision', () => {
    const areas = measureCurveAreas(probabilities, label, classes)
    expectClose(areas.auc, stored.areas.auc)
    expectClose(areas.ap, stored.areas.ap)
    // scikit-learn has no means where a class is empty.
    if (stored.areas.macroAuc === undefined) return
    const names = ['macroAuc', 'weightedAuc', 'macroAp', 'weightedAp'] as const
    expectClose(
      names.map((name) => areas[name]),
      names.map((name) => stored.areas[name] ?? null),
    )
  })

  test.runIf(stored.curves !== null)('points of the curves', () => {
    const { roc, pr } = traceCurves(probabilities, label, classes, 0)
    expectOnCurve(roc.falsePositiveRate, roc.truePositiveRate, stored.curves?.roc ?? [])
    expectOnCurve(pr.recall, pr.precision, stored.curves?.pr ?? [])
  })

  test('likely label errors, as cleanlab', () => {
    const { suggested } = findLabelErrors(probabilities, label, classes)
    const found = Array.from(suggested.keys()).filter((picture) => suggested[picture] !== -1)
    expect(found).toEqual(stored.labelErrors)
  })
})

/** Each drawn point is one of the stored ones, and the ends are the same. */
function expectOnCurve(x: Float32Array, y: Float32Array, stored: Points): void {
  const points = Array.from(x, (value, index) => [value, y[index]])
  const rounded = stored.map((point) => point.map(Math.fround))
  expect(points.length).toBeGreaterThan(2)
  for (const point of points) {
    const nearest = Math.min(...rounded.map((one) => distance(one, point)))
    expect(nearest).toBeLessThan(1e-6)
  }
  expect(points[0]).toEqual(rounded[0])
  expect(distance(points.at(-1) ?? [], rounded.at(-1) ?? [])).toBeLessThan(1e-6)
}

const distance = (a: readonly (number | undefined)[], b: readonly (number | undefined)[]): number =>
  Math.hypot((a[0] ?? NaN) - (b[0] ?? NaN), (a[1] ?? NaN) - (b[1] ?? NaN))

test.each(mcNemar)('McNemar of $onlyA and $onlyB as in statsmodels', (stored) => {
  const found = testMcNemar(stored.onlyA, stored.onlyB)
  expect(found.test).toBe(stored.test)
  expect(found.statistic).toBeCloseTo(stored.statistic, DIGITS)
  expect(found.pValue / stored.pValue).toBeCloseTo(1, 9)
})
