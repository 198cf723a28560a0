import { describe, expect, it } from 'vitest'
import { MapView } from '../../../../../src/renderer/src/views/inspect/map-view.svelte'
import type { FeatureMaps } from '../../../../../src/shared/contract'
import { readUnit, sendMaps } from '../../../../support/sent-maps'

function makeMaps(shape: [number, number, number], value: (i: number) => number): FeatureMaps {
  const data = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => value(i))
  return sendMaps({ shape, data })
}

const look = (maps: () => FeatureMaps | null, networkMax?: () => number): MapView =>
  new MapView(maps, readUnit, networkMax)

describe('MapView', () => {
  it('probes within the layer, and tells value and ranks', async () => {
    const maps = makeMaps([2, 2, 3], (i) => i / 10)
    const view = look(() => maps)
    view.probe({ row: 1, column: 0, channel: 2 })
    const unit = { row: 1, column: 0, channel: 2 }
    expect(view.unit).toEqual(unit)
    view.askUnit()
    await Promise.resolve()
    const value = Math.fround(0.8)
    expect(view.told).toEqual({
      ...unit,
      maps,
      value,
      rankInChannel: 2,
      rankAtPlace: 1,
      isExact: true,
    })
    view.probe({ row: -5, column: 99, channel: 99 })
    expect(view.unit).toEqual({ row: 0, column: 1, channel: 2 })
  })

  it('lays channels out by class selectivity while it is known of them, else by number', () => {
    const maps = makeMaps([2, 2, 4], (i) => i)
    let selectivity: Float32Array | null = null
    const view = new MapView(
      () => maps,
      readUnit,
      () => null,
      () => selectivity,
    )
    view.order = 'selectivity'
    expect(view.order).toBe('index')
    expect([...view.sorted]).toEqual([0, 1, 2, 3])
    selectivity = Float32Array.of(0.25, NaN, 0.5, 0.25)
    expect(view.order).toBe('selectivity')
    expect([...view.sorted]).toEqual([2, 0, 3, 1])
    // Of another layer: it has other channels.
    selectivity = Float32Array.of(1, 2)
    expect(view.order).toBe('index')
  })

  it('keeps the place on the picture when the layer changes', () => {
    let maps = makeMaps([8, 8, 4], (i) => i)
    const view = look(() => maps)
    view.probe({ row: 6, column: 2, channel: 3 })
    maps = makeMaps([4, 4, 2], (i) => i)
    expect(view.unit).toEqual({ row: 3, column: 1, channel: 1 })
    maps = makeMaps([8, 8, 4], (i) => i)
    expect(view.unit.channel).toBe(3)
  })

  it('moves through channels in the order shown', () => {
    const view = look(() => makeMaps([1, 2, 3], (i) => [1, 9, 5, 1, 9, 5][i] ?? 0))
    view.order = 'max'
    expect([...view.sorted]).toEqual([1, 2, 0])
    view.probe({ channel: 1 })
    view.moveChannel(1)
    expect(view.unit.channel).toBe(2)
    view.moveChannel(9)
    expect(view.unit.channel).toBe(0)
  })

  it('spans the layer where a channel is one unit', () => {
    const view = look(() => makeMaps([1, 1, 4], (i) => i - 1))
    expect(view.isFlat).toBe(true)
    expect(view.scope).toBe('layer')
    expect(view.scaleOf(0)).toEqual({ kind: 'diverging', limit: 2 })
  })

  it('finds the strongest unit', async () => {
    const maps = makeMaps([3, 3, 2], (i) => (i === 11 ? 7 : 0))
    const view = look(() => maps)
    view.probe({ channel: 1 })
    view.probeStrongest()
    expect(view.unit).toEqual({ row: 1, column: 2, channel: 1 })
    view.askUnit()
    await Promise.resolve()
    expect(view.told?.value).toBe(7)
  })

  it('holds before the first maps', () => {
    const view = look(() => null)
    view.askUnit()
    expect(view.told).toBeNull()
    expect([...view.sorted]).toEqual([])
    expect(view.scaleOf(0)).toEqual({ kind: 'sequential', min: 0, max: 0 })
  })

  it('hides silent channels, and colours as chosen', () => {
    // Channel 1 is silent.
    const view = look(
      () => makeMaps([1, 2, 3], (i) => [1, 0, 5, 2, 0, 9][i] ?? 0),
      () => 40,
    )
    view.hidesSilent = true
    expect([...view.sorted]).toEqual([0, 2])
    expect(view.scaleOf(0)).toMatchObject({ kind: 'sequential', max: 2 })
    view.scope = 'layer'
    expect(view.scaleOf(0)).toMatchObject({ max: 9 })
    view.scope = 'network'
    expect(view.scaleOf(0)).toMatchObject({ max: 40 })
    view.palette = 'diverging'
    expect(view.scaleOf(0)).toMatchObject({ kind: 'diverging', limit: 40 })
    view.palette = 'grey'
    view.gamma = 0.5
    expect(view.scaleOf(0)).toMatchObject({
      kind: 'sequential',
      look: { palette: 'grey', gamma: 0.5 },
    })
  })

  it('keeps a pinned unit with its value, until it is pinned again or let go', async () => {
    let maps = makeMaps([2, 2, 3], (i) => i)
    const view = look(() => maps)
    view.probe({ row: 1, column: 0, channel: 2 })
    view.askUnit()
    await Promise.resolve()
    view.togglePin('a.png')
    maps = { ...makeMaps([1, 1, 3], (i) => 100 + i), layer: 'fc8' }
    const pinned = { layer: 'conv1_1', row: 1, column: 0, channel: 2, value: 8, picture: 'a.png' }
    expect(view.pinned).toMatchObject({ ...pinned, isExact: true })
    // A flat layer's value needs no question.
    view.askUnit()
    view.togglePin('b.png')
    expect(view.pinned).toMatchObject({ layer: 'fc8', channel: 2, value: 102, picture: 'b.png' })
    view.togglePin('b.png')
    expect(view.pinned).toBeNull()
  })
})
