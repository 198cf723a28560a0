import { describe, expect, it } from 'vitest'
import { measureChannels } from '../../../../src/renderer/src/lib/channel-statistics'
import {
  channelValues,
  isSignedLayer,
  paintChannel,
  placeValues,
  scaleOfChannel,
  strongestUnit,
  valueAt,
  type MapData,
} from '../../../../src/renderer/src/lib/feature-tiles'

/** Two rows, three columns, two channels: 0..5 and 0..-5. */
const map: MapData = {
  shape: [2, 3, 2],
  data: Float32Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2)),
}
const statistics = measureChannels(map.data, 2)

describe('reading a map', () => {
  it('finds values by row, column and channel', () => {
    expect(valueAt(map, 1, 2, 0)).toBe(5)
    expect(valueAt(map, 1, 0, 1)).toBe(-3)
    expect(valueAt(map, 2, 0, 0)).toBeNaN()
    expect(valueAt(map, 0, 3, 0)).toBeNaN()
    expect(valueAt(map, 0, 0, 2)).toBeNaN()
  })

  it('takes a channel, a place and the strongest unit', () => {
    expect([...channelValues(map, 0)]).toEqual([0, 1, 2, 3, 4, 5])
    expect([...placeValues(map, 0, 1)]).toEqual([1, -1])
    expect(strongestUnit(map, 0)).toEqual({ row: 1, column: 2 })
    expect(strongestUnit(map, 1)).toEqual({ row: 0, column: 0 })
  })
})

describe('scales', () => {
  it('are signed before a ReLU and where the layer goes below zero', () => {
    expect(isSignedLayer('pre-relu', measureChannels(new Float32Array([1, 2]), 1))).toBe(true)
    expect(isSignedLayer('output', statistics)).toBe(true)
    expect(isSignedLayer('output', measureChannels(new Float32Array([0, 2]), 1))).toBe(false)
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
    const dead: MapData = { shape: [2, 2, 1], data: new Float32Array(4) }
    paintChannel(dead, 0, { kind: 'sequential', min: 0, max: 0 }, words)
    expect(new Set(words).size).toBe(1)
    expect([...new Uint8Array(words.buffer).subarray(0, 3)]).toEqual([68, 1, 84])
  })
})
