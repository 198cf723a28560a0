import { describe, expect, it } from 'vitest'
import {
  buildMatrix,
  largestValue,
  orderClasses,
  valueAt,
} from '../../../../../src/renderer/src/lib/evaluation/confusion-matrix'
import { makeEvaluatedPictures } from '../../../../support/made-evaluation'

/** Pairs of true and predicted class; class 3 has no picture, and one picture is of no known class. */
const matrix = buildMatrix(
  makeEvaluatedPictures(
    [
      ...[0, 0, 0, 1].map((predicted) => [0, predicted]),
      ...[1, 2].map((predicted) => [1, predicted]),
      ...[2].map((predicted) => [2, predicted]),
      [-1, 3],
    ].map(([label = 0, predicted = 0], at) => ({
      ...{ file: `${at}.png`, label, predicted },
      ...{ confidence: 1, loss: 0, margin: 1 },
    })),
  ),
  4,
)
const names = ['class 10', 'class 9', 'Ärmel', 'Zebra']

describe('buildMatrix', () => {
  it('counts known pictures, and shares are of the row or the column', () => {
    expect([...matrix.rowSums]).toEqual([4, 2, 1, 0])
    expect([...matrix.columnSums]).toEqual([3, 2, 2, 0])
    const cell = { label: 0, predicted: 1 }
    expect(valueAt(matrix, 'counts', cell)).toBe(1)
    expect(valueAt(matrix, 'rows', cell)).toBe(0.25)
    expect(valueAt(matrix, 'columns', cell)).toBe(0.5)
    expect(valueAt(matrix, 'rows', { label: 3, predicted: 0 })).toBeNaN()
  })

  it('has the colours of the mistakes alone without the diagonal', () => {
    expect(largestValue(matrix, 'counts', true)).toBe(3)
    expect(largestValue(matrix, 'counts', false)).toBe(1)
    expect(largestValue(buildMatrix(makeEvaluatedPictures([]), 2), 'rows', true)).toBe(0)
  })

  it('orders the classes, with those without pictures last', () => {
    const order = (by: Parameters<typeof orderClasses>[1]): number[] => [
      ...orderClasses(matrix, by, names, Int32Array.of(3, 2, 1, 0)),
    ]
    expect(order('similarity')).toEqual([3, 2, 1, 0])
    expect(order('name')).toEqual([2, 1, 0, 3])
    expect(order('support')).toEqual([0, 1, 2, 3])
    expect(order('recall')).toEqual([1, 0, 2, 3])
  })
})
