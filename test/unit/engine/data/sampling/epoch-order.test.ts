import { describe, expect, test } from 'vitest'
import { orderEpoch, weighClasses } from '../../../../../src/main/engine/data/sampling/epoch-order'
import { keyedRandom, shuffle } from '../../../../../src/main/engine/random'

/** Of three classes 90, 9 and 2 pictures; their indices do not begin at 0 and have gaps. */
const COUNTS = [90, 9, 2] as const
const classes = new Map<number, number>()
for (const [classIndex, count] of COUNTS.entries()) {
  for (let at = 0; at < count; at++) classes.set(5 + classes.size * 2, classIndex)
}
const train = [...classes.keys()]
const classOf = (id: number): number => classes.get(id) ?? -1
const OPTIONS = { order: 'shuffled', seed: 3, balance: 'sampling' } as const

const countBy = (values: readonly number[]): Map<number, number> => {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

describe('orderEpoch', () => {
  test('without balance is the shuffled list, each picture once', () => {
    for (const options of [
      { order: 'shuffled', seed: 3 },
      { ...OPTIONS, balance: 'none' },
      { ...OPTIONS, balance: 'loss' },
    ] as const) {
      const { ids, occurrences } = orderEpoch(train, classOf, options, 4)
      expect(ids).toEqual(shuffle(train, keyedRandom('order', 3, 4)))
      expect(occurrences).toBeNull()
    }
    expect(orderEpoch(train, classOf, { order: 'sequential', seed: 3 }, 4).ids).toEqual(train)
  })

  test('balanced: each class has its turns, to one; no picture of a class comes twice as often as another', () => {
    const favoured = new Map<number, number>()
    for (let epoch = 1; epoch <= 300; epoch++) {
      const { ids } = orderEpoch(train, classOf, OPTIONS, epoch)
      expect(ids).toHaveLength(train.length)
      const perClass = countBy(ids.map(classOf))
      expect([...perClass.keys()].sort()).toEqual([0, 1, 2])
      for (const [classIndex, turns] of perClass) {
        expect([33, 34]).toContain(turns)
        if (turns === 34) favoured.set(classIndex, (favoured.get(classIndex) ?? 0) + 1)
        const times = train
          .filter((id) => classOf(id) === classIndex)
          .map((id) => countBy(ids).get(id) ?? 0)
        expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
      }
    }
    // Two of three classes have one turn more: each in two thirds of the epochs, within 5 deviations.
    for (const count of favoured.values()) {
      expect(Math.abs(count - 200)).toBeLessThan(5 * Math.sqrt((300 * 2) / 9))
    }
  })

  test('balanced: over the epochs the pictures of a class come alike, and stand everywhere alike', () => {
    const epochs = 2000
    const times = new Map<number, number>()
    const inFirstHalf = [0, 0, 0]
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const { ids } = orderEpoch(train, classOf, OPTIONS, epoch)
      for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1)
      for (const id of ids.slice(0, 50)) {
        inFirstHalf[classOf(id)] = (inFirstHalf[classOf(id)] ?? 0) + 1
      }
    }
    const share = 101 / 3 / 90
    const deviation = Math.sqrt(epochs * share * (1 - share))
    for (const id of train.filter((one) => classOf(one) === 0)) {
      expect(Math.abs((times.get(id) ?? 0) - epochs * share)).toBeLessThan(5 * deviation)
    }
    const expected = (epochs * 50) / 3
    for (const count of inFirstHalf) {
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected))
    }
  })

  test('is decided by seed and epoch; sequential order sorts what was drawn', () => {
    const one = orderEpoch(train, classOf, OPTIONS, 1)
    expect(orderEpoch(train, classOf, OPTIONS, 1)).toEqual(one)
    expect(orderEpoch(train, classOf, OPTIONS, 2).ids).not.toEqual(one.ids)
    expect(orderEpoch(train, classOf, { ...OPTIONS, seed: 4 }, 1).ids).not.toEqual(one.ids)
    const sorted = orderEpoch(train, classOf, { ...OPTIONS, order: 'sequential' }, 1)
    expect(sorted.ids).toEqual([...one.ids].sort((a, b) => a - b))
  })

  test('counts how many times a picture came before', () => {
    const { ids, occurrences } = orderEpoch(train, classOf, OPTIONS, 1)
    const seen = new Map<number, number>()
    for (const [at, id] of ids.entries()) {
      expect(occurrences?.[at]).toBe(seen.get(id) ?? 0)
      seen.set(id, (seen.get(id) ?? 0) + 1)
    }
    expect(Math.max(...seen.values())).toBe(17)
  })
})

test('weighClasses makes all classes weigh the same, 1 in the mean; an empty one nothing', () => {
  const weights = weighClasses(train, classOf, 4)
  for (const [classIndex, count] of COUNTS.entries()) {
    expect((weights[classIndex] ?? 0) * count).toBeCloseTo(train.length / 3, 4)
  }
  expect(weights[3]).toBe(0)
  const sum = train.reduce((total, id) => total + (weights[classOf(id)] ?? 0), 0)
  expect(sum / train.length).toBeCloseTo(1, 6)
})
