import { describe, expect, it } from 'vitest'
import { colourIndex } from '../../../../../src/shared/colour-maps'
import {
  approximateRanks,
  approximateValue,
  isSignedLayer,
  packColours,
  paintChannel,
  scaleOfChannel,
  strongestUnit,
} from '../../../../../src/renderer/src/lib/tiles/feature-tiles'
import { sendMaps } from '../../../../support/sent-maps'

/** Two rows, three columns, two channels: 0..5 and 0..-5. */
const map = sendMaps({
  shape: [2, 3, 2],
  data: Float32Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2)),
})
const { statistics } = map
const statisticsOf = (...values: number[]) =>
  sendMaps({ shape: [1, values.length, 1], data: Float32Array.from(values) }).statistics

describe('reading maps', () => {
  it('finds values by row, column and channel', () => {
    expect(approximateValue(map, 1, 2, 0)).toBe(5)
    expect(approximateValue(map, 1, 0, 1)).toBeCloseTo(-3, 12)
    expect(approximateValue(map, 2, 0, 0)).toBeNaN()
    expect(approximateValue(map, 0, 3, 0)).toBeNaN()
    expect(approximateValue(map, 0, 0, 2)).toBeNaN()
  })

  it('ranks a unit in its channel and at its place, and finds the strongest', () => {
    expect(approximateRanks(map, 0, 1, 0)).toEqual({ rankInChannel: 5, rankAtPlace: 1 })
    expect(approximateRanks(map, 0, 1, 1)).toEqual({ rankInChannel: 2, rankAtPlace: 2 })
    expect(strongestUnit(map, 0)).toEqual({ row: 1, column: 2 })
    expect(strongestUnit(map, 1)).toEqual({ row: 0, column: 0 })
  })
})

describe('scales', () => {
  it('are signed before a ReLU and where the layer goes below zero', () => {
    expect(isSignedLayer('pre-relu', statisticsOf(1, 2))).toBe(true)
    expect(isSignedLayer('output', statistics)).toBe(true)
    expect(isSignedLayer('output', statisticsOf(0, 2))).toBe(false)
  })

  it('span the channel or the layer', () => {
    expect(scaleOfChannel(statistics, 0, 'channel', false)).toEqual({
      kind: 'sequential',
      min: 0,
      max: 5,
    })
    expect(scaleOfChannel(statistics, 0, 'layer', true)).toEqual({ kind: 'diverging', limit: 5 })
  })
})

describe('paintChannel', () => {
  it('paints the ends of viridis, opaque', () => {
    const words = new Uint32Array(6)
    paintChannel(map, 0, { kind: 'sequential', min: 0, max: 5 }, words)
    const bytes = new Uint8Array(words.buffer)
    expect([...bytes.subarray(0, 4)]).toEqual([68, 1, 84, 255])
    expect([...bytes.subarray(20, 24)]).toEqual([253, 231, 37, 255])
  })

  it('paints a dead channel in the colour of zero', () => {
    const words = new Uint32Array(4)
    const dead = sendMaps({ shape: [2, 2, 1], data: new Float32Array(4) })
    paintChannel(dead, 0, { kind: 'sequential', min: 0, max: 0 }, words)
    expect(new Set(words).size).toBe(1)
    expect([...new Uint8Array(words.buffer).subarray(0, 3)]).toEqual([68, 1, 84])
  })

  it('paints on another range what the raw values are painted as, but for a step', () => {
    const data = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * i) * 3)
    const maps = sendMaps({ shape: [8, 8, 1], data })
    for (const scale of [
      { kind: 'diverging', limit: 5 },
      { kind: 'sequential', min: -4, max: 9 },
    ] as const) {
      const words = new Uint32Array(64)
      paintChannel(maps, 0, scale, words)
      const colours = [...packColours(scale)]
      const furthest = data.reduce((most, value, unit) => {
        const wanted = colourIndex(value, scale)
        const around = colours.slice(Math.max(0, wanted - 1), wanted + 2)
        return around.includes(words[unit] ?? 0) ? most : Math.max(most, unit)
      }, -1)
      expect(furthest).toBe(-1)
    }
  })

  it('draws larger and smaller by the unit in the middle of each pixel', () => {
    const maps = sendMaps({ shape: [2, 2, 1], data: new Float32Array([0, 1, 2, 3]) })
    const scale = { kind: 'sequential', min: 0, max: 3 } as const
    const colours = packColours(scale)
    const [a, b, c, d] = [0, 85, 170, 255].map((index) => colours[index] ?? 0)
    const large = new Uint32Array(16)
    paintChannel(maps, 0, scale, large, 4)
    expect([...large]).toEqual([a, a, b, b, a, a, b, b, c, c, d, d, c, c, d, d])
    const single = new Uint32Array(1)
    paintChannel(maps, 0, scale, single, 1)
    expect(single[0]).toBe(d)
  })
})
