import { expect, test } from 'vitest'
import { keyedRandom, shuffle } from '../../../src/main/engine/random'

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next)

test('the same keys give the same numbers, any other key others', () => {
  const first = draw(8, keyedRandom('augmentation', 1, 2, 3).uniform)
  expect(draw(8, keyedRandom('augmentation', 1, 2, 3).uniform)).toEqual(first)
  const others = [
    keyedRandom('order', 1, 2, 3),
    keyedRandom('augmentation', 2, 2, 3),
    keyedRandom('augmentation', 1, 3, 2),
    keyedRandom('augmentation', 1, 2),
    keyedRandom('augmentation', 1, 2, 3, 0),
    keyedRandom('augmentation', 1, 2, 3 + 2 ** 32),
  ]
  for (const other of others) expect(draw(8, other.uniform)).not.toEqual(first)
})

test('numbers are uniform within a stream and across neighbouring streams', () => {
  const count = 20_000
  const stream = keyedRandom('augmentation', 7)
  const within = draw(count, stream.uniform)
  let picture = 0
  const across = draw(count, () => keyedRandom('augmentation', 7, 1, picture++).uniform())
  for (const numbers of [within, across]) {
    const bins = new Array<number>(16).fill(0)
    for (const number of numbers)
      bins[Math.floor(number * 16)] = (bins[Math.floor(number * 16)] ?? 0) + 1
    // Chi-squared with 15 degrees of freedom: 37.7 is passed once in a thousand seeds; this one is fixed.
    const expected = count / 16
    const chiSquared = bins.reduce((sum, bin) => sum + (bin - expected) ** 2 / expected, 0)
    expect(chiSquared).toBeLessThan(37.7)
  }
  // No line from one stream to the next.
  const products = across.slice(1).map((number, i) => (number - 0.5) * ((across[i] ?? 0) - 0.5))
  const correlation = (12 * products.reduce((sum, product) => sum + product, 0)) / products.length
  expect(Math.abs(correlation)).toBeLessThan(0.025)
})

test('normal numbers have mean 0 and deviation 1', () => {
  const numbers = draw(20_000, keyedRandom('augmentation', 3).normal)
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length
  expect(Math.abs(mean)).toBeLessThan(0.03)
  expect(Math.abs(variance - 1)).toBeLessThan(0.04)
  expect(numbers.every(Number.isFinite)).toBe(true)
})

test('a shuffle keeps all and visits every place', () => {
  const items = Array.from({ length: 5 }, (_, i) => i)
  const counts = items.map(() => items.map(() => 0))
  for (let seed = 0; seed < 2000; seed++) {
    const shuffled = shuffle(items, keyedRandom('order', seed, 1))
    expect([...shuffled].sort()).toEqual(items)
    shuffled.forEach((item, place) => {
      const row = counts[item]
      if (row) row[place] = (row[place] ?? 0) + 1
    })
  }
  // 400 expected each, deviation 18.
  for (const count of counts.flat()) expect(Math.abs(count - 400)).toBeLessThan(80)
  expect(items).toEqual([0, 1, 2, 3, 4])
})
