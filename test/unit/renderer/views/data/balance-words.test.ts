import { describe, expect, it, test } from 'vitest'
import {
  describeBalance,
  describeBalancing,
} from '../../../../../src/renderer/src/views/data/balance-words'

const classes = (...counts: number[]) =>
  counts.map((train, index) => ({ name: `c${index}`, train, validation: 1, test: 0 }))

describe('describeBalance', () => {
  it('says nothing of one class', () => {
    expect(describeBalance(classes(5)).words).toBe('')
  })

  it('tells equal classes, and what chance gives', () => {
    const balance = describeBalance(classes(32, 32, 32, 32))
    expect(balance.level).toBe('even')
    expect(balance.words).toContain('32 training pictures in each class')
    expect(balance.words).toContain('25.0%')
  })

  it('tells the ratio where classes differ', () => {
    expect(describeBalance(classes(100, 50)).level).toBe('uneven')
    const balance = describeBalance(classes(100, 900, 300))
    expect(balance.level).toBe('imbalanced')
    expect(balance.words).toContain('c1 (900) has 9.0 times')
    expect(balance.words).toContain('c0 (100)')
    expect(balance.words).toContain('69.2%')
  })

  it('names classes without a training picture', () => {
    const balance = describeBalance(classes(0, 4, 0))
    expect(balance.level).toBe('imbalanced')
    expect(balance.words).toBe('2 classes have no training picture: c0, c2.')
  })
})

test('describeBalancing tells turns and weights of the smallest and the largest class', () => {
  const uneven = classes(100, 900, 300, 0)
  expect(describeBalancing(uneven, 'none')).toBe('Each picture is seen once per epoch.')
  expect(describeBalancing(uneven, 'sampling')).toBe(
    'Each class is drawn 433 times per epoch: a picture of c0 comes 4.3 times on average, one of c1 0.48.',
  )
  expect(describeBalancing(uneven, 'loss')).toBe(
    'In the loss a picture of c0 weighs 4.3, one of c1 0.48.',
  )
})
