import { describe, expect, test } from 'vitest'
import { traceCurves } from '../../../../src/shared/evaluation/curves'
import { present } from '../../../../src/shared/present'
import { hashClassification } from '../../../support/hashed-classification'

describe('the curves of many pictures', () => {
  const plan = { salt: 7, pictures: 6000, classes: 3, empty: 0, levels: 1000 }
  const { probabilities, label } = hashClassification(plan)
  const { roc, pr, auc, ap } = traceCurves(probabilities, label, 3, 1)

  test('are drawn by few points of the same area', () => {
    expect(roc.falsePositiveRate.length).toBeLessThanOrEqual(500)
    expect(pr.recall.length).toBeLessThanOrEqual(500)
    const { falsePositiveRate: x, truePositiveRate: y } = roc
    let area = 0
    for (let index = 1; index < x.length; index++) {
      const width = present(x[index]) - present(x[index - 1])
      area += (width * (present(y[index]) + present(y[index - 1]))) / 2
    }
    expect(Math.abs(area - present(auc ?? undefined))).toBeLessThan(0.002)
    let steps = 0
    for (let index = 1; index < pr.recall.length; index++) {
      const width = present(pr.recall[index]) - present(pr.recall[index - 1])
      steps += width * present(pr.precision[index])
    }
    expect(Math.abs(steps - present(ap ?? undefined))).toBeLessThan(0.005)
  })

  test('run from corner to corner', () => {
    expect([roc.falsePositiveRate.at(0), roc.truePositiveRate.at(0)]).toEqual([0, 0])
    expect([roc.falsePositiveRate.at(-1), roc.truePositiveRate.at(-1)]).toEqual([1, 1])
    expect([pr.recall.at(0), pr.precision.at(0)]).toEqual([0, 1])
    expect(pr.recall.at(-1)).toBe(1)
  })
})

test('a class told apart without a mistake has a curve of three points', () => {
  const probabilities = Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.2, 0.8)
  const { roc, auc, ap } = traceCurves(probabilities, Int32Array.of(0, 0, 1, 1), 2, 0)
  expect(roc.falsePositiveRate).toEqual(Float32Array.of(0, 0, 1))
  expect(roc.truePositiveRate).toEqual(Float32Array.of(0, 1, 1))
  expect([auc, ap]).toEqual([1, 1])
})
