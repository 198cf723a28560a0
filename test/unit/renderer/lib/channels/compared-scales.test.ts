import { describe, expect, it } from 'vitest'
import {
  paintComparedMap,
  scaleOfDifference,
  scaleOfRow,
} from '../../../../../src/renderer/src/lib/channels/compared-scales'
import { colourIndex, VIRIDIS } from '../../../../../src/shared/colour-maps'

const ranges = (min: number[], max: number[]) => ({
  min: Float32Array.from(min),
  max: Float32Array.from(max),
})
const PLAIN = { palette: 'automatic', gamma: 1 } as const
const FIRST = ranges([0, 0], [2, 3])
const NUMBERS = {
  meanAbsolute: new Float32Array(2),
  largest: Float32Array.from([0.5, 2]),
  correlation: new Float32Array(2),
  layerCorrelation: 1,
}
const SECOND = ranges([0, 0], [4, 1])

describe('one scale', () => {
  it('spans a row over all columns, or the layer', () => {
    const columns = [FIRST, SECOND]
    const sequential = (max: number) => ({ kind: 'sequential', min: 0, max })
    expect(scaleOfRow(columns, 0, 'channel', 'output', PLAIN)).toEqual(sequential(4))
    expect(scaleOfRow(columns, 1, 'channel', 'output', PLAIN)).toEqual(sequential(3))
    expect(scaleOfRow(columns, 1, 'layer', 'output', PLAIN)).toEqual(sequential(4))
  })

  it('is centred on zero where any column has both signs', () => {
    const signed = ranges([-6, 0], [1, 1])
    expect(scaleOfRow([FIRST, signed], 0, 'channel', 'output', PLAIN)).toEqual({
      kind: 'diverging',
      limit: 6,
    })
    expect(scaleOfRow([FIRST], 0, 'channel', 'pre-relu', PLAIN)).toEqual({
      kind: 'diverging',
      limit: 2,
    })
  })

  it('is that of the other columns where one has no such channel', () => {
    const narrow = ranges([0], [9])
    expect(scaleOfRow([FIRST, narrow], 1, 'channel', 'output', PLAIN)).toEqual({
      kind: 'sequential',
      min: 0,
      max: 3,
    })
  })

  it('of a difference is the same both ways', () => {
    expect(scaleOfDifference(NUMBERS, 0, 'channel', PLAIN)).toEqual({
      kind: 'diverging',
      limit: 0.5,
    })
    expect(scaleOfDifference(NUMBERS, 0, 'layer', PLAIN)).toEqual({ kind: 'diverging', limit: 2 })
  })

  it('has the palette and the gamma of the maps', () => {
    const grey = { palette: 'grey', gamma: 0.5 } as const
    expect(scaleOfRow([FIRST], 0, 'channel', 'pre-relu', grey)).toEqual({
      kind: 'sequential',
      min: 0,
      max: 2,
      look: grey,
    })
    const centred = scaleOfRow([FIRST], 0, 'channel', 'output', {
      palette: 'diverging',
      gamma: 1,
    })
    expect(centred).toEqual({ kind: 'diverging', limit: 2 })
    expect(
      scaleOfDifference({ ...NUMBERS, largest: Float32Array.of(3) }, 0, 'channel', grey),
    ).toEqual({ kind: 'diverging', limit: 3, look: grey })
  })

  it('paints a byte in the colour of its value, not of the byte', () => {
    const scale = { kind: 'sequential', min: 0, max: 10 } as const
    const map = {
      channel: 0,
      height: 1,
      width: 3,
      low: 0,
      high: 5,
      bytes: Uint8Array.of(0, 51, 255),
    }
    const words = new Uint32Array(3)
    paintComparedMap(map, scale, words)
    const wanted = [0, 1, 5].map((value) => {
      const at = 3 * colourIndex(value, scale)
      return [...VIRIDIS.subarray(at, at + 3), 255]
    })
    const bytes = new Uint8Array(words.buffer)
    expect([0, 4, 8].map((at) => [...bytes.subarray(at, at + 4)])).toEqual(wanted)
  })
})
