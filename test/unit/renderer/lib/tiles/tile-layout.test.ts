import { describe, expect, it } from 'vitest'
import {
  gridMoveOf,
  hitTile,
  layOutTiles,
  moveInGrid,
  scrollToTile,
  tileOrigin,
  visibleTiles,
} from '../../../../../src/renderer/src/lib/tiles/tile-layout'

const layout = layOutTiles({ count: 512, widthPx: 700, tilePx: 64, captionPx: 16, gapPx: 8 })

describe('layOutTiles', () => {
  it('fits what the width holds', () => {
    expect(layout.columns).toBe(9)
    expect(layout.rows).toBe(57)
    expect(layout.heightPx).toBe(57 * 88 + 8)
  })

  it('has one column in no room, and no height but its gap for no tiles', () => {
    expect(layOutTiles({ ...layout, widthPx: 10 }).columns).toBe(1)
    expect(layOutTiles({ ...layout, count: 0, widthPx: 700 }).heightPx).toBe(8)
  })
})

describe('visibleTiles', () => {
  it('is a small part of many', () => {
    expect(visibleTiles(layout, 0, 400)).toEqual({ first: 0, end: 45 })
    const middle = visibleTiles(layout, 2000, 400)
    expect(middle.end - middle.first).toBeLessThanOrEqual(6 * 9)
    expect(tileOrigin(layout, middle.first).y + 80).toBeGreaterThan(1900)
  })

  it('covers every tile that crosses the window, and ends with the last', () => {
    for (const top of [0, 7, 88, 1234, layout.heightPx - 300]) {
      const { first, end } = visibleTiles(layout, top, 300)
      for (let index = 0; index < layout.count; index++) {
        const { y } = tileOrigin(layout, index)
        const crosses = y + 80 > top && y < top + 300
        if (crosses) expect(index >= first && index < end, `tile ${index} at ${top}`).toBe(true)
      }
    }
    expect(visibleTiles(layout, layout.heightPx - 10, 300).end).toBe(512)
    expect(visibleTiles(layout, 1e6, 300)).toEqual({ first: 512, end: 512 })
  })
})

describe('hitTile', () => {
  it('finds the tile and the place in it', () => {
    for (const index of [0, 8, 9, 100, 511]) {
      const { x, y } = tileOrigin(layout, index)
      expect(hitTile(layout, x + 32, y + 16)).toEqual({ index, u: 0.5, v: 0.25 })
    }
  })

  it('gives the caption to its tile and the gaps to none', () => {
    const { x, y } = tileOrigin(layout, 10)
    expect(hitTile(layout, x + 5, y + 70)?.index).toBe(10)
    expect(hitTile(layout, x - 2, y + 5)).toBeNull()
    expect(hitTile(layout, x + 5, y - 2)).toBeNull()
    expect(hitTile(layout, 699, 20)).toBeNull()
    expect(hitTile(layout, 300, layout.heightPx - 40)).not.toBeNull()
    expect(hitTile(layout, 690, layout.heightPx - 40)).toBeNull()
  })
})

describe('keys', () => {
  const grid = { count: 512, columns: 9, pageRows: 4 }

  it('moves inside the grid only', () => {
    expect(moveInGrid(0, 'left', grid)).toBe(0)
    expect(moveInGrid(511, 'right', grid)).toBe(511)
    expect(moveInGrid(3, 'up', grid)).toBe(3)
    expect(moveInGrid(3, 'down', grid)).toBe(12)
    expect(moveInGrid(510, 'down', grid)).toBe(510)
    expect(moveInGrid(40, 'home', grid)).toBe(0)
    expect(moveInGrid(40, 'end', grid)).toBe(511)
    expect(moveInGrid(0, 'page-down', grid)).toBe(36)
    expect(moveInGrid(10, 'page-up', grid)).toBe(0)
    expect(moveInGrid(5, 'right', { ...grid, count: 0 })).toBe(0)
  })

  it('knows its keys', () => {
    expect(gridMoveOf('ArrowUp')).toBe('up')
    expect(gridMoveOf('PageDown')).toBe('page-down')
    expect(gridMoveOf('x')).toBeNull()
  })

  it('scrolls as little as it can', () => {
    expect(scrollToTile(layout, 0, 100, 400)).toBe(0)
    expect(scrollToTile(layout, 20, 100, 400)).toBe(100)
    const top = scrollToTile(layout, 511, 0, 400)
    expect(top).toBe(layout.heightPx - 400)
  })
})
