import { describe, expect, it } from 'vitest'
import { convolveAt, readPatch } from '../../../src/shared/convolution'
import { findLargest, normaliseValue, softmaxParts } from '../../../src/shared/unit-arithmetic'

describe('the steps of a unit', () => {
  it('name the first of equal maxima', () => {
    expect(findLargest([1, 3, 3, 2])).toBe(1)
    expect(findLargest([-3, -2, -2])).toBe(1)
    expect(findLargest([0, 0])).toBe(0)
  })

  it('normalise by the squares of the neighbours, alpha not divided by their number', () => {
    const { squares, base, divisor, value } = normaliseValue([30, 40, 0], 1)
    expect(squares).toBe(2500)
    expect(base).toBeCloseTo(2.25, 12)
    expect(divisor).toBeCloseTo(Math.sqrt(2.25) * Math.sqrt(1.5), 12)
    expect(value).toBeCloseTo(40 / (1.5 * Math.sqrt(1.5)), 12)
  })

  it('make shares of scores that would overflow, as of others', () => {
    const { largest, powers, total } = softmaxParts(Float32Array.of(1000, 1001, 999))
    expect(largest).toBe(1001)
    const e = Math.E
    expect(total).toBeCloseTo(1 + 1 / e + 1 / (e * e), 12)
    expect([...powers].map((power) => power / total)[1]).toBeCloseTo(1 / total, 12)
  })

  it('take a fully connected layer as a kernel as large as its input', () => {
    const input = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)
    const kernel = Float32Array.of(1, 0, 2, 0, 0, 3, 0, -1)
    const work = {
      inputShape: [2, 2, 2],
      kernelShape: [2, 2, 2],
      input,
      kernel,
      bias: 0.5,
      padding: 0,
    } as const
    const { sums, preRelu } = convolveAt(work, 0, 0)
    expect([...sums]).toEqual([1 + 6, 18 - 8])
    expect(preRelu).toBe(17.5)
    expect(readPatch(work, 0, 0, 1)).toEqual(
      [2, 4, 6, 8].map((value) => ({ value, isPadding: false })),
    )
  })
})
