import { describe, expect, it } from 'vitest'
import { Smoother } from '../../../../src/renderer/src/charts/smoother'

/** The definition: weights fall by `weight` a step into the past, and add up to one. */
function smoothByForce(values: readonly number[], weight: number): number[] {
  return values.map((_, last) => {
    let sum = 0
    let total = 0
    for (let i = 0; i <= last; i++) {
      const share = weight ** (last - i)
      sum += share * (values[i] ?? 0)
      total += share
    }
    return sum / total
  })
}

describe('Smoother', () => {
  const values = [5, 3, 4, 1, 2, 0.5, 0.7, 0.1]

  it.each([0, 0.5, 0.9, 0.99])('is the weighted mean of the past with weight %f', (weight) => {
    const smoothed = new Smoother(weight).extend(Float64Array.from(values))
    smoothByForce(values, weight).forEach((expected, i) => {
      expect(smoothed[i]).toBeCloseTo(expected, 10)
    })
  })

  it('keeps a constant as it is from the first point on', () => {
    const smoothed = new Smoother(0.95).extend(new Float64Array(50).fill(2.5))
    for (const value of smoothed) expect(value).toBeCloseTo(2.5, 12)
  })

  it('gives the same in pieces as at once, past its first capacity', () => {
    const raw = Float64Array.from({ length: 3000 }, (_, i) => Math.sin(i / 10))
    const grown = new Smoother(0.8)
    for (const length of [1, 10, 1024, 1025, 2999, 3000]) grown.extend(raw.subarray(0, length))
    expect(grown.extend(raw)).toEqual(new Smoother(0.8).extend(raw))
  })

  it('passes over a loss that is not a number and goes on', () => {
    const smoothed = new Smoother(0.5).extend(Float64Array.of(1, NaN, 1))
    expect(smoothed[1]).toBeNaN()
    expect(smoothed[2]).toBeCloseTo(1, 12)
  })

  it('starts again with another weight', () => {
    const raw = Float64Array.from(values)
    const smoother = new Smoother(0.9)
    smoother.extend(raw)
    smoother.setWeight(0.2)
    expect(smoother.extend(raw)).toEqual(new Smoother(0.2).extend(raw))
  })
})
