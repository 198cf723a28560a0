import { describe, expect, it } from 'vitest'
import {
  isDead,
  measureChannels,
  rankOf,
  sortChannels,
  topUnits,
} from '../../../../src/renderer/src/lib/channel-statistics'

/** Two by two units of three channels: rising, silent, of both signs. */
const DATA = new Float32Array([1, 0, -2, 2, 0, 5, 3, 0, -4, 4, 0, 0])

describe('measureChannels', () => {
  const statistics = measureChannels(DATA, 3)

  it('measures each channel', () => {
    expect([...statistics.min]).toEqual([1, 0, -4])
    expect([...statistics.max]).toEqual([4, 0, 5])
    expect([...statistics.mean]).toEqual([2.5, 0, -0.25])
    expect([...statistics.sparsity]).toEqual([0, 1, 0.75])
  })

  it('measures the layer and counts the dead', () => {
    expect(statistics.layerMin).toBe(-4)
    expect(statistics.layerMax).toBe(5)
    expect(statistics.dead).toBe(1)
    expect([0, 1, 2].map((channel) => isDead(statistics, channel))).toEqual([false, true, false])
  })

  it('holds for no channels', () => {
    const none = measureChannels(new Float32Array(0), 0)
    expect([none.layerMin, none.layerMax, none.dead]).toEqual([0, 0, 0])
  })
})

describe('sortChannels', () => {
  const statistics = measureChannels(DATA, 3)

  it.each([
    ['index', [0, 1, 2]],
    ['max', [2, 0, 1]],
    ['mean', [0, 1, 2]],
    ['sparsity', [0, 2, 1]],
  ] as const)('sorts by %s', (order, expected) => {
    expect([...sortChannels(statistics, order)]).toEqual(expected)
  })

  it('keeps equal channels in their order', () => {
    const equal = measureChannels(new Float32Array(64).fill(1), 64)
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
