import { describe, expect, it } from 'vitest'
import { encodeMaps } from '../../../../../src/renderer/src/views/inspect/export-maps'
import {
  describeMapsSheet,
  describeOneMap,
  tabulateMap,
  type ExportedMaps,
} from '../../../../../src/renderer/src/views/inspect/maps-sheet'
import { sendMaps } from '../../../../support/sent-maps'

function shown(shape: [number, number, number], values: number[]): ExportedMaps {
  const raw = {
    layer: 'fc8',
    stage: 'output',
    shape,
    data: Float32Array.from(values),
    step: null,
    elapsedMs: 1,
  } as const
  return {
    maps: sendMaps(raw),
    readRaw: () => Promise.resolve(raw),
    sorted: Uint32Array.from({ length: shape[2] }, (_, i) => i),
    scaleOf: () => ({ kind: 'sequential', min: 0, max: 1 }),
    scope: 'layer',
    title: 'fc8',
    names: shape[0] === 1 ? ['cat', 'dog'] : null,
  }
}

describe('encodeMaps', () => {
  it('writes a row for each channel', async () => {
    const bytes = await encodeMaps('csv', shown([2, 1, 2], [1, 0, 3, 0]))
    expect(new TextDecoder().decode(bytes)).toBe(
      'channel,min,max,mean,share_at_or_below_zero,silent\r\n0,1,3,2,0,no\r\n1,0,0,0,1,yes\r\n',
    )
  })

  it('writes a row for each unit, by its class', async () => {
    const bytes = await encodeMaps('csv', shown([1, 1, 2], [0.25, 0.75]))
    expect(new TextDecoder().decode(bytes)).toBe('unit,name,value\r\n0,cat,0.25\r\n1,dog,0.75\r\n')
  })

  it('writes the raw values in their shape', async () => {
    const bytes = await encodeMaps('npy', shown([2, 1, 2], [1, 2, 3, 4]))
    expect(new TextDecoder('latin1').decode(bytes)).toContain("'shape': (2, 1, 2)")
    expect([...new Float32Array(bytes.slice(-16).buffer)]).toEqual([1, 2, 3, 4])
  })
})

describe('the sheet of all maps', () => {
  // Channel 0 reaches 2, channel 1 is silent, channel 2 reaches 8.
  const maps = shown([2, 1, 3], [2, 0, 8, 1, 0, 4])
  const captionsOf = (sheet: ReturnType<typeof describeMapsSheet>) =>
    [0, 1, 2].map((index) => sheet.captionOf?.(index))

  it.each([
    ['layer', 8, '8: one scale for the layer'],
    ['network', 20, '20: one scale for all layers'],
  ] as const)(
    'on the scale of the %s has each channel’s own number below its map',
    (scope, max, words) => {
      const sheet = describeMapsSheet({
        ...maps,
        scope,
        scaleOf: () => ({ kind: 'sequential', min: 0, max }),
      })
      expect(captionsOf(sheet)).toEqual(['0: 2', '1: silent', '2: 8'])
      expect(sheet.legend?.ends).toEqual([
        '0',
        `${words}; below each map: the channel's largest value`,
      ])
    },
  )

  it('on scales of their own has the end of each below its map, also where two are alike', () => {
    const sheet = describeMapsSheet({
      ...maps,
      scope: 'channel',
      scaleOf: (channel) => ({ kind: 'sequential', min: 0, max: channel === 2 ? 8 : 2 }),
    })
    expect(captionsOf(sheet)).toEqual(['0: 2', '1: silent', '2: 8'])
    expect(sheet.legend?.ends).toEqual(['0', "each channel's number"])
  })
})

describe('one map', () => {
  it('is drawn in whole pixels a unit, with the numbers of its own scale', () => {
    const { maps } = shown([3, 3, 2], [...Array(18).keys()])
    const sheet = describeOneMap(maps, 1, { kind: 'sequential', min: 0, max: 17 }, 'map')
    expect(sheet).toMatchObject({ count: 1, size: { width: 3, height: 3 }, tilePx: 3 * 171 })
    expect(sheet.legend?.ends).toEqual(['0', '17'])
  })

  it('is written row by row', () => {
    const { readRaw } = shown([2, 3, 1], [1, 2, 3, 4, 5, 6])
    return expect(readRaw().then((raw) => tabulateMap(raw, 'map').rows)).resolves.toEqual([
      [0, 1, 2, 3],
      [1, 4, 5, 6],
    ])
  })
})
