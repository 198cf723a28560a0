import { describe, expect, it } from 'vitest'
import { findNearest, normaliseRows } from '../../../../src/main/engine/inspect/features/nearest'

const ROWS = Float32Array.of(3, 4, 0, 5, -3, -4, 0, 0, 30, 40)

describe('the nearest rows', () => {
  it('by Euclidean distance', () => {
    const found = findNearest(ROWS, Float32Array.of(3, 4), 'euclidean', 3)
    expect(found.map(({ row }) => row)).toEqual([0, 1, 3])
    expect(found.map(({ distance }) => distance)).toEqual([0, Math.sqrt(10), 5])
  })

  it('by cosine distance, where length does not count and zeros have no direction', () => {
    const found = findNearest(ROWS, Float32Array.of(6, 8), 'cosine', 5)
    expect(found.map(({ row }) => row)).toEqual([0, 4, 1, 3, 2])
    for (const [place, expected] of [0, 0, 0.2, 1, 2].entries())
      expect(found[place]?.distance).toBeCloseTo(expected, 6)
  })

  it('order by Euclidean distance of unit rows as by cosine', () => {
    const unit = normaliseRows(ROWS, 2)
    expect([...unit]).toEqual(
      [3 / 5, 4 / 5, 0, 1, -3 / 5, -4 / 5, 0, 0, 3 / 5, 4 / 5].map(Math.fround),
    )
  })
})
