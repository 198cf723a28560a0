import { describe, expect, test } from 'vitest'
import { binOf, measureCalibration } from '../../../../src/shared/evaluation/calibration'
import { countConfusion, normaliseRows } from '../../../../src/shared/evaluation/confusion'
import { measureCurveAreas, traceCurves } from '../../../../src/shared/evaluation/curves'
import { findLabelErrors } from '../../../../src/shared/evaluation/label-errors'
import { comparePaired } from '../../../../src/shared/evaluation/paired'
import { scoreClasses } from '../../../../src/shared/evaluation/per-class'
import { describePictures } from '../../../../src/shared/evaluation/picture-columns'
import { summariseScores } from '../../../../src/shared/evaluation/summary'

describe.each([
  ['no pictures', [], []],
  ['pictures of unknown classes only', [0.25, 0.75, 0.5, 0.5], [-1, -1]],
])('%s', (_, values, labels) => {
  const probabilities = Float32Array.from(values)
  const label = Int32Array.from(labels)
  const columns = describePictures(probabilities, label, 2)

  test('give no number at all', () => {
    const unknownClass = labels.length
    expect(summariseScores(columns, 2)).toEqual({
      counted: 0,
      unknownClass,
      top1: null,
      top5: null,
      loss: null,
    })
    const { perClass, macro, weighted } = scoreClasses(columns, 2)
    expect([macro, weighted]).toEqual([null, null])
    expect(perClass).toMatchObject([
      { support: 0, precision: null, recall: null, f1: null, meanConfidence: null },
      { support: 0, precision: null, recall: null, f1: null, meanConfidence: null },
    ])
    expect(measureCalibration(columns)).toMatchObject({ ece: null, mce: null, brier: null })
    expect(measureCurveAreas(probabilities, label, 2)).toMatchObject({
      auc: [null, null],
      ap: [null, null],
      macroAuc: null,
      weightedAp: null,
    })
    expect(findLabelErrors(probabilities, label, 2)).toEqual({
      suggested: Int32Array.from(labels),
      thresholds: [null, null],
    })
    expect(countConfusion(columns, 2)).toEqual(new Uint32Array(4))
    expect(normaliseRows(new Uint32Array(4), 2)).toEqual(new Float32Array(4).fill(NaN))
    expect(() => comparePaired(columns.ownRank, columns.ownRank)).toThrow(
      expect.objectContaining({ code: 'bad-input' }),
    )
  })
})

describe('a network of one class', () => {
  const probabilities = Float32Array.of(1, 1)
  const label = Int32Array.of(0, 0)
  const columns = describePictures(probabilities, label, 1)

  test('is right, and has no curves', () => {
    expect(summariseScores(columns, 1)).toMatchObject({
      top1: { value: 1, low: 1, high: 1 },
      top5: null,
      loss: { value: 0 },
    })
    expect(scoreClasses(columns, 1).macro).toEqual({ precision: 1, recall: 1, f1: 1 })
    expect(measureCalibration(columns)).toMatchObject({ ece: 0, mce: 0, brier: 0 })
    expect(traceCurves(probabilities, label, 1, 0)).toMatchObject({ auc: null, ap: null })
    expect(findLabelErrors(probabilities, label, 1).suggested).toEqual(Int32Array.of(-1, -1))
  })
})

test('of a class with pictures that is never predicted, precision is undefined and counts as 0', () => {
  const columns = describePictures(Float32Array.of(0.75, 0.25, 0.75, 0.25), Int32Array.of(0, 1), 2)
  const { perClass, macro } = scoreClasses(columns, 2)
  expect(perClass[1]).toMatchObject({ precision: null, recall: 0, f1: 0 })
  expect(macro).toEqual({ precision: 0.25, recall: 0.5, f1: 1 / 3 })
})

test.each([
  [0, 0],
  [0.1, 0],
  [0.100001, 1],
  [0.5, 4],
  [1, 9],
  [1.0000001, 9],
])('of ten bins confidence %f lies in bin %i', (confidence, bin) => {
  expect(binOf(confidence, 10)).toBe(bin)
})
