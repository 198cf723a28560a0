import { describe, expect, it } from 'vitest'
import { chooseChannels } from '../../../../../src/renderer/src/lib/channels/compared-channels'

const column = (max: number[], mean: number[]) => ({
  shape: [2, 2, max.length] as const,
  max: Float32Array.from(max),
  mean: Float32Array.from(mean),
})
const FIRST = column([1, 5, 2, 4], [0, 1, 1, 1])
const SECOND = column([1, 1, 9, 4], [3, 1, 1.5, 1])

describe('channels of a comparison', () => {
  it('are the chosen one, then the strongest in any column', () => {
    expect(chooseChannels([FIRST, SECOND], 'strongest', 0, 4)).toEqual([0, 2, 1, 3])
    expect(chooseChannels([FIRST, SECOND], 'strongest', 3, 2)).toEqual([3, 2])
  })

  it('or those whose means lie furthest apart', () => {
    expect(chooseChannels([FIRST, SECOND], 'differing', 1, 4)).toEqual([1, 0, 2, 3])
    // Of one column nothing differs.
    expect(chooseChannels([FIRST], 'differing', 3, 3)).toEqual([3, 1, 2])
  })

  it('or those that two networks differ in most', () => {
    const difference = {
      meanAbsolute: Float32Array.from([0, 1, 2, 3]),
      largest: new Float32Array(4),
      correlation: new Float32Array(4),
      layerCorrelation: 1,
    }
    const channels = chooseChannels([FIRST, SECOND], 'differing', 0, 4, difference)
    expect(channels).toEqual([0, 3, 2, 1])
  })

  it('hold to the channels that there are', () => {
    const wide = column([1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0])
    expect(chooseChannels([FIRST, wide], 'strongest', 99, 3)).toEqual([5, 1, 4])
    expect(chooseChannels([], 'strongest', 0, 8)).toEqual([])
  })
})
