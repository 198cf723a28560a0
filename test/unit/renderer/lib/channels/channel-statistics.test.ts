import { describe, expect, it } from 'vitest'
import { measureChannels } from '../../../../../src/main/engine/inspect/quantise-maps'
import {
  isDead,
  rankOf,
  sortChannels,
  topUnits,
} from '../../../../../src/renderer/src/lib/channels/channel-statistics'

/** Two by two units of three channels: rising, silent, of both signs. */
const DATA = new Float32Array([1, 0, -2, 2, 0, 5, 3, 0, -4, 4, 0, 0])

const statistics = measureChannels({ shape: [2, 2, 3], data: DATA })

it('tells channels without a unit above zero', () => {
  expect([0, 1, 2].map((channel) => isDead(statistics, channel))).toEqual([false, true, false])
})

describe('sortChannels', () => {
  it.each([
    ['index', [0, 1, 2]],
    ['max', [2, 0, 1]],
    ['mean', [0, 1, 2]],
    ['sparsity', [0, 2, 1]],
  ] as const)('sorts by %s', (order, expected) => {
    expect([...sortChannels(statistics, order)]).toEqual(expected)
  })

  it('keeps equal channels in their order', () => {
    const equal = measureChannels({ shape: [1, 1, 64], data: new Float32Array(64).fill(1) })
    expect([...sortChannels(equal, 'max')]).toEqual(Array.from({ length: 64 }, (_, i) => i))
  })
})

describe('ranks', () => {
  it('gives equal values the better place', () => {
    expect(rankOf(5, [1, 5, 5, 9])).toBe(2)
    expect(rankOf(9, [1, 5, 5, 9])).toBe(1)
  })

  it('lists the largest first', () => {
    expect(topUnits(new Float32Array([0, 7, 3, 7]), 3)).toEqual([
      { index: 1, value: 7 },
      { index: 3, value: 7 },
      { index: 2, value: 3 },
    ])
  })
})
