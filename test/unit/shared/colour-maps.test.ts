import { describe, expect, it } from 'vitest'
import {
  BLUE_WHITE_RED,
  VIRIDIS,
  chooseScale,
  colourIndex,
  colourMapOf,
  colourPart,
  cssGradient,
  type ColourMap,
} from '../../../src/shared/colour-maps'

const colour = (map: ColourMap, index: number): number[] => [
  ...map.subarray(3 * index, 3 * index + 3),
]

describe('viridis', () => {
  it('has the colours of matplotlib', () => {
    expect(VIRIDIS).toHaveLength(256 * 3)
    expect(colour(VIRIDIS, 0)).toEqual([68, 1, 84])
    expect(colour(VIRIDIS, 64)).toEqual([59, 82, 139])
    expect(colour(VIRIDIS, 128)).toEqual([33, 145, 140])
    expect(colour(VIRIDIS, 255)).toEqual([253, 231, 37])
  })

  it('grows lighter all the way', () => {
    const luma = Array.from({ length: 256 }, (_, i) => {
      const [r = 0, g = 0, b = 0] = colour(VIRIDIS, i)
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    })
    for (let i = 4; i < 256; i++) expect(luma[i]).toBeGreaterThan(luma[i - 4] ?? 0)
  })
})

describe('blue, white, red', () => {
  it('is dark blue, nearly white and dark red', () => {
    expect(colour(BLUE_WHITE_RED, 0)).toEqual([5, 48, 97])
    expect(colour(BLUE_WHITE_RED, 255)).toEqual([103, 0, 31])
    for (const channel of colour(BLUE_WHITE_RED, 128)) expect(channel).toBeGreaterThan(240)
  })
})

describe('a scale', () => {
  it('is centred on zero where there are both signs', () => {
    const scale = chooseScale(-1, 3, true)
    expect(scale).toEqual({ kind: 'diverging', limit: 3 })
    expect(colourIndex(0, scale)).toBe(128)
    expect(colourIndex(3, scale)).toBe(255)
    expect(colourIndex(-3, scale)).toBe(0)
  })

  it('starts at zero where nothing is negative', () => {
    const scale = chooseScale(2, 4, false)
    expect(scale).toEqual({ kind: 'sequential', min: 0, max: 4 })
    expect(colourIndex(0, scale)).toBe(0)
    expect(colourIndex(2, scale)).toBe(128)
  })

  it('holds for a dead channel and for what lies outside', () => {
    expect(colourIndex(0, chooseScale(0, 0, false))).toBe(0)
    expect(colourIndex(0, chooseScale(0, 0, true))).toBe(128)
    expect(colourIndex(99, chooseScale(0, 1, false))).toBe(255)
    expect(colourIndex(-99, chooseScale(0, 1, false))).toBe(0)
  })

  it('has black for what is no number, and refuses an index outside the map', () => {
    const at = 3 * colourIndex(NaN, chooseScale(-1, 3, true))
    expect([colourPart(VIRIDIS, at), colourPart(VIRIDIS, at + 1)]).toEqual([0, 0])
    expect(colourPart(VIRIDIS, 3)).toBe(VIRIDIS[3])
    expect(() => colourPart(VIRIDIS, 768)).toThrow(RangeError)
  })

  it('becomes a gradient with both ends', () => {
    const gradient = cssGradient(VIRIDIS, 4)
    expect(gradient.match(/rgb/g)).toHaveLength(5)
    expect(gradient).toContain('rgb(68 1 84)')
    expect(gradient).toContain('rgb(253 231 37)')
  })
})

describe('a chosen look', () => {
  it('takes grey, and bends it by gamma: the ends stay', () => {
    const scale = { kind: 'sequential', min: 0, max: 1 } as const
    const grey = colourMapOf({ ...scale, look: { palette: 'grey', gamma: 1 } })
    expect(colour(grey, 100)).toEqual([100, 100, 100])
    const light = colourMapOf({ ...scale, look: { palette: 'grey', gamma: 0.5 } })
    expect([0, 64, 255].map((index) => colour(light, index)[0])).toEqual([0, 128, 255])
    expect(colourMapOf({ ...scale, look: { palette: 'viridis', gamma: 1 } })).toBe(VIRIDIS)
  })

  it('bends a diverging map from its middle, the same on both sides', () => {
    const map = colourMapOf({
      kind: 'diverging',
      limit: 1,
      look: { palette: 'viridis', gamma: 2 },
    })
    expect(colour(map, 0)).toEqual(colour(BLUE_WHITE_RED, 0))
    expect(colour(map, 255)).toEqual(colour(BLUE_WHITE_RED, 255))
    // Three quarters of the way to the positive end look as a half and a bit would.
    expect(colour(map, 223)).toEqual(
      colour(BLUE_WHITE_RED, Math.round(127.5 + 127.5 * (95.5 / 127.5) ** 2)),
    )
    expect(colour(map, 32)).toEqual(
      colour(BLUE_WHITE_RED, Math.round(127.5 - 127.5 * (95.5 / 127.5) ** 2)),
    )
  })
})
