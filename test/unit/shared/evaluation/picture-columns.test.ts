import { describe, expect, test } from 'vitest'
import { describePictures } from '../../../../src/shared/evaluation/picture-columns'

const describeOne = (probabilities: readonly number[], label: number) =>
  describePictures(Float32Array.from(probabilities), Int32Array.of(label), probabilities.length)

describe('the columns of a picture', () => {
  test('tell the two first classes, and where the true one stands', () => {
    const columns = describeOne([0.125, 0.5, 0.25, 0.125], 2)
    expect(columns.predicted).toEqual(Int32Array.of(1))
    expect(columns.second).toEqual(Int32Array.of(2))
    expect(columns.confidence).toEqual(Float32Array.of(0.5))
    expect(columns.margin).toEqual(Float32Array.of(0.25))
    expect(columns.ownProbability).toEqual(Float32Array.of(0.25))
    expect(columns.ownRank).toEqual(Int32Array.of(2))
    expect(columns.loss[0]).toBeCloseTo(Math.log(4), 6)
    expect(columns.entropy[0]).toBeCloseTo(1.75 * Math.log(2), 6)
    expect(columns.squaredError).toEqual(Float32Array.of(0.125 ** 2 * 2 + 0.5 ** 2 + 0.75 ** 2))
  })

  test.each([
    [0, 1],
    [1, 2],
    [2, 3],
  ])('of equal probabilities class %i ranks %i', (label, rank) => {
    const columns = describeOne([0.25, 0.25, 0.25, 0.25], label)
    expect(columns.predicted).toEqual(Int32Array.of(0))
    expect(columns.second).toEqual(Int32Array.of(1))
    expect(columns.margin).toEqual(Float32Array.of(0))
    expect(columns.ownRank).toEqual(Int32Array.of(rank))
  })

  test('a probability that underflowed has the largest loss, not an infinite one', () => {
    const columns = describeOne([1, 0], 1)
    expect(columns.loss[0]).toBeCloseTo(126 * Math.log(2), 4)
    expect(columns.entropy).toEqual(Float32Array.of(0))
  })

  test('a picture of an unknown class is described but not scored', () => {
    const columns = describeOne([0.25, 0.75], -1)
    expect(columns.predicted).toEqual(Int32Array.of(1))
    expect(columns.ownRank).toEqual(Int32Array.of(0))
    expect(columns.ownProbability[0]).toBeNaN()
    expect(columns.loss[0]).toBeNaN()
  })

  test('the only class has no second', () => {
    const columns = describeOne([1], 0)
    expect(columns.second).toEqual(Int32Array.of(-1))
    expect(columns.margin).toEqual(Float32Array.of(1))
    expect(columns.ownRank).toEqual(Int32Array.of(1))
  })

  test('no pictures have empty columns', () => {
    expect(describePictures(new Float32Array(0), new Int32Array(0), 3).predicted).toHaveLength(0)
  })

  test('values that are no numbers are refused', () => {
    expect(() => describeOne([0.5, NaN], 0)).toThrow(expect.objectContaining({ code: 'diverged' }))
  })

  test.each([2, -2])('label %i of two classes is refused', (label) => {
    expect(() => describeOne([0.5, 0.5], label)).toThrow('Expected labels from -1 to 1')
  })
})
