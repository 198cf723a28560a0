import { describe, expect, test } from 'vitest'
import { bootstrapMeans } from '../../../../src/shared/evaluation/bootstrap'
import { comparePaired } from '../../../../src/shared/evaluation/paired'
import { present } from '../../../../src/shared/present'

const PICTURES = 200

/** Pictures of which the first `right` are right. */
const hits = (right: number) =>
  Float32Array.from({ length: PICTURES }, (_, index) => +(index < right))

describe('a bootstrap interval', () => {
  test('of a share is that of the binomial', () => {
    const [interval] = bootstrapMeans([hits(140)])
    const deviation = Math.sqrt((0.7 * 0.3) / PICTURES)
    expect(interval?.value).toBeCloseTo(0.7, 12)
    expect(Math.abs(present(interval).low - (0.7 - 1.96 * deviation))).toBeLessThan(0.01)
    expect(Math.abs(present(interval).high - (0.7 + 1.96 * deviation))).toBeLessThan(0.01)
  })

  test('is the same again, and another of another seed', () => {
    const column = hits(140)
    const again = bootstrapMeans([column], { resamples: 100 })
    expect(bootstrapMeans([column], { resamples: 100 })).toEqual(again)
    expect(bootstrapMeans([column], { resamples: 100, seed: 1 })).not.toEqual(again)
  })

  test('of one picture is its value', () => {
    expect(bootstrapMeans([Float32Array.of(3)])).toEqual([{ value: 3, low: 3, high: 3 }])
  })
})

describe('two predictions of the same pictures', () => {
  /** Rank 1 or 2 of each picture: b is right where a is, and on ten more. */
  const rankA = Int32Array.from(hits(140), (hit) => 2 - hit)
  const rankB = Int32Array.from(hits(150), (hit) => 2 - hit)

  test('are counted pair by pair', () => {
    expect(comparePaired(rankA, rankB, { resamples: 10 })).toMatchObject({
      pictures: PICTURES,
      bothRight: 140,
      onlyA: 0,
      onlyB: 10,
      bothWrong: 50,
      mcNemar: { test: 'exact', statistic: 0, pValue: 2 * 0.5 ** 10 },
    })
  })

  test('differ by less than their intervals, where they are right on the same', () => {
    const { difference } = comparePaired(rankA, rankB)
    const deviation = Math.sqrt((0.05 * 0.95) / PICTURES)
    expect(difference.value).toBeCloseTo(0.05, 8)
    expect(Math.abs(difference.low - (0.05 - 1.96 * deviation))).toBeLessThan(0.006)
    expect(Math.abs(difference.high - (0.05 + 1.96 * deviation))).toBeLessThan(0.006)
  })

  test('leave out what one of them does not know', () => {
    const found = comparePaired(Int32Array.of(1, 0, 3), Int32Array.of(2, 1, 0))
    expect(found).toMatchObject({ pictures: 1, onlyA: 1, difference: { value: -1 } })
  })
})
