import { expect, it } from 'vitest'
import { rankTrueClass } from '../../../../../src/renderer/src/lib/network/true-class'

it('the true class has its rank and probability among all classes; one that is not known has none', () => {
  const all = Array.from({ length: 12 }, (_, at) => ({
    class: `c${at}`,
    probability: 0.3 - at / 50,
  }))
  expect(rankTrueClass('c6', all)).toEqual({ class: 'c6', rank: 7, probability: 0.3 - 6 / 50 })
  expect(rankTrueClass('coins', all)).toEqual({ class: 'coins', rank: null, probability: null })
})
