import { describe, expect, it } from 'vitest'
import { compareClasses } from '../../../../../src/renderer/src/views/inspect/what-if/compare-classes'

const of = (...probabilities: number[]) =>
  probabilities
    .map((probability, index) => ({ class: `class ${index}`, probability }))
    .sort((a, b) => b.probability - a.probability)

describe('classes before and after', () => {
  it('have the true class among them wherever it stands, if the network knows it', () => {
    const before = of(0.4, 0.2, 0.15, 0.1, 0.08, 0.05, 0.02)
    const named = compareClasses(before, before, 'class 6').map((row) => row.class)
    expect(named).toEqual([0, 1, 2, 3, 4, 6].map((index) => `class ${index}`))
    expect(compareClasses(before, before, 'coins')).toHaveLength(5)
  })

  it('are the five first of each, by what they are after', () => {
    const before = of(0.4, 0.2, 0.15, 0.1, 0.08, 0.05, 0.02)
    const after = of(0.01, 0.2, 0.15, 0.1, 0.08, 0.05, 0.41)
    const rows = compareClasses(before, after)
    expect(rows.map((row) => row.class)).toEqual(
      [6, 1, 2, 3, 4, 0].map((index) => `class ${index}`),
    )
    expect(rows[0]).toEqual({ class: 'class 6', before: 0.02, after: 0.41 })
    expect(rows[5]).toEqual({ class: 'class 0', before: 0.4, after: 0.01 })
  })
})
