import { describe, expect, it } from 'vitest'
import { traceCurves } from '../../../../../../src/shared/evaluation/curves'
import { scoreClasses } from '../../../../../../src/shared/evaluation/per-class'
import { describePictures } from '../../../../../../src/shared/evaluation/picture-columns'
import {
  exportCurves,
  listAreas,
  readCurvesAt,
} from '../../../../../../src/renderer/src/views/evaluate/curves/curve-words'
import { listClassRows } from '../../../../../../src/renderer/src/views/evaluate/numbers/class-rows'

// Of class 0, from the surest: right, wrong, right, wrong.
const CURVES = traceCurves(
  Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4),
  Int32Array.of(0, 1, 0, 1),
  2,
  0,
)

describe('a reading of the curves', () => {
  it('is on the line of the ROC curve and on the step of precision and recall', () => {
    expect(readCurvesAt(CURVES, 0.25)).toEqual({ at: 0.25, truePositiveRate: 0.5, precision: 1 })
    expect(readCurvesAt(CURVES, 0.75)?.truePositiveRate).toBe(1)
    expect(readCurvesAt(CURVES, 0.75)?.precision).toBeCloseTo(2 / 3)
  })

  it('holds at both ends', () => {
    expect(readCurvesAt(CURVES, 0)?.precision).toBe(1)
    expect(readCurvesAt(CURVES, 1)?.truePositiveRate).toBe(1)
  })

  it('is none of a class without pictures', () => {
    const empty = traceCurves(Float32Array.of(0.4, 0.6), Int32Array.of(1), 2, 0)
    expect(readCurvesAt(empty, 0.5)).toBeNull()
    expect(exportCurves(empty, 'cat').rows).toEqual([])
  })
})

describe('the list of areas', () => {
  const names = ['Cat', 'dog', 'cow']
  const areas = {
    auc: [0.9, null, 0.7],
    ap: [0.5, null, 0.6],
    macroAuc: 0.8,
    weightedAuc: 0.8,
    macroAp: 0.55,
    weightedAp: 0.55,
  }
  const columns = describePictures(new Float32Array(3), Int32Array.of(0), 3)
  const rows = listClassRows(scoreClasses(columns, 3).perClass, names, areas)
  const list = (order: 'class' | 'auc' | 'ap', text = ''): string[] =>
    listAreas(rows, { order, text }).map(({ name }) => name)

  it('begins with the lowest area and ends with what has none', () => {
    expect(list('class')).toEqual(['Cat', 'dog', 'cow'])
    expect(list('auc')).toEqual(['cow', 'Cat', 'dog'])
    expect(list('ap')).toEqual(['Cat', 'cow', 'dog'])
  })

  it('finds a class in either case', () => {
    expect(list('class', ' ca')).toEqual(['Cat'])
  })
})
