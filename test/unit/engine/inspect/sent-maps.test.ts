import { describe, expect, it } from 'vitest'
import { SentMaps } from '../../../../src/main/engine/inspect/sent-maps'
import type { RawMaps } from '../../../../src/shared/contract'

const raw = (channels: number, side = 2): RawMaps => ({
  layer: 'conv1_1',
  stage: 'output',
  shape: [side, side, channels],
  data: Float32Array.from({ length: side * side * channels }, (_, i) => (i * 7) % 12),
  step: 3,
  elapsedMs: 1,
})

describe('SentMaps', () => {
  it('tells a unit with its ranks, and all raw values', () => {
    const sent = new SentMaps()
    const maps = sent.quantise(raw(3))
    expect(maps).toMatchObject({ layer: 'conv1_1', shape: [2, 2, 3], step: 3 })
    expect(maps).not.toHaveProperty('data')
    // Of 0 7 2, 9 4 11, 6 1 8, 3 10 5: a channel has every third.
    const unit = { row: 0, column: 1, channel: 1 }
    expect(sent.readUnit(maps.id, 0, 1, 1)).toEqual({
      ...{ maps: maps.id, ...unit },
      ...{ value: 4, rankInChannel: 3, rankAtPlace: 3 },
    })
    expect(sent.find(maps.id).data).toEqual(raw(3).data)
    expect(() => sent.readUnit(maps.id, 2, 0, 0)).toThrow('Expected a unit of 2 x 2 x 3')
    expect(sent.readChannel(maps.id, 1)).toEqual({
      ...raw(3),
      shape: [2, 2, 1],
      data: Float32Array.from([7, 4, 1, 10]),
    })
    expect(() => sent.readChannel(maps.id, 3)).toThrow('got channel 3')
  })

  it('keeps eight, however small', () => {
    const sent = new SentMaps()
    const ids = Array.from({ length: 9 }, () => sent.quantise(raw(1)).id)
    expect(() => sent.find(ids[0] ?? '')).toThrow('newer ones replaced them')
    for (const id of ids.slice(1)) expect(sent.find(id).shape).toEqual([2, 2, 1])
  })

  it('keeps the newest whatever they take, and lets the oldest go', () => {
    const sent = new SentMaps(1024)
    // 256 bytes each: four are kept.
    const ids = Array.from({ length: 5 }, () => sent.quantise(raw(4, 4)).id)
    expect(() => sent.find(ids[0] ?? '')).toThrow('newer ones replaced them')
    for (const id of ids.slice(1)) expect(sent.find(id).shape).toEqual([4, 4, 4])
    const large = sent.quantise(raw(17, 4)).id
    expect(sent.find(large).shape).toEqual([4, 4, 17])
    expect(() => sent.find(ids[4] ?? '')).toThrow('newer ones replaced them')
  })
})
