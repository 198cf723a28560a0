import { describe, expect, it } from 'vitest'
import {
  formatChannels,
  parseChannels,
} from '../../../../../src/renderer/src/lib/words/channel-words'

describe('channel numbers as text', () => {
  it.each([
    ['3, 7-12', [3, 7, 8, 9, 10, 11, 12], '3, 7-12'],
    ['12 3;3  4', [3, 4, 12], '3, 4, 12'],
    ['5 – 6, 0', [0, 5, 6], '0, 5, 6'],
    ['all', [...Array(16).keys()], '0-15'],
    ['1-3 2-4', [1, 2, 3, 4], '1-4'],
    ['15', [15], '15'],
  ])('"%s" is read and told again', (text, channels, told) => {
    expect(parseChannels(text, 16)).toEqual({ channels })
    expect(formatChannels(channels)).toBe(told)
    expect(parseChannels(told, 16)).toEqual({ channels })
  })

  it.each(['', ' , ', '16', '3-16', '7-3', '-2', 'x', '1.5', '3--4', '1e1'])(
    '"%s" is refused with what was expected',
    (text) => {
      const parsed = parseChannels(text, 16)
      expect(parsed).toEqual({
        fault: expect.stringMatching(/^Expected channels from 0 to 15.*got/) as string,
      })
    },
  )
})
