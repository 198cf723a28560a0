import { describe, expect, it } from 'vitest'
import { toFieldBox } from '../../../../../src/renderer/src/lib/network/field-box'
import {
  heatShareOf,
  measureEffectiveField,
  squareRound,
} from '../../../../../src/renderer/src/lib/network/effective-numbers'
import type { Field } from '../../../../../src/shared/vgg'

const SIZE = 20

function boxOf(full: Field) {
  const clipped = {
    top: Math.max(0, full.top),
    left: Math.max(0, full.left),
    bottom: Math.min(SIZE - 1, full.bottom),
    right: Math.min(SIZE - 1, full.right),
  }
  return toFieldBox({ full, clipped, touchesPadding: full.top < 0 })
}

function mapOf(value: (x: number, y: number) => number) {
  const data = Float32Array.from({ length: SIZE * SIZE }, (_, i) =>
    value(i % SIZE, Math.floor(i / SIZE)),
  )
  return { size: SIZE, data }
}

describe('measureEffectiveField', () => {
  it('gives an even field the shares of its areas', () => {
    // 10 x 10 pixels from (4, 6): the central half is 5 px, of whole squares of even side 4.
    const box = boxOf({ left: 4, top: 6, right: 13, bottom: 15 })
    const numbers = measureEffectiveField(
      mapOf((x, y) => (x >= 4 && x <= 13 && y >= 6 && y <= 15 ? 2 : 0)),
      box,
    )
    expect(numbers.mass).toBe(200)
    expect(numbers.max).toBe(2)
    expect(numbers.centralHalfShare).toBeCloseTo(16 / 100)
    // 8 x 8 holds 64%: only all of it holds 95%.
    expect(numbers.heldSidePx).toBe(10)
    expect(numbers.outsideShare).toBe(0)
    expect(numbers.rings.slice(0, 5).map(({ sidePx }) => sidePx)).toEqual([2, 4, 6, 8, 10])
    expect(squareRound(box, 10)).toEqual({ x: 4, y: 6, width: 10, height: 10 })
  })

  it('finds the smallest square that holds 95%', () => {
    // 94 at the centre, 1.5 in the ring of side 3, 4.5 in the ring of side 5: 95.5% within 3.
    const numbers = measureEffectiveField(
      mapOf((x, y) => {
        const ring = Math.max(Math.abs(x - 10), Math.abs(y - 9))
        return [94, 1.5 / 8, 4.5 / 16][ring] ?? 0
      }),
      boxOf({ left: 7, top: 6, right: 13, bottom: 12 }),
    )
    expect(numbers.heldSidePx).toBe(3)
    expect(numbers.rings[0]?.share).toBeCloseTo(0.94)
    expect(numbers.centralHalfShare).toBeCloseTo(0.955)
  })

  it('keeps the centre of a field that is cut at the border', () => {
    const box = boxOf({ left: -4, top: -4, right: 3, bottom: 3 })
    const numbers = measureEffectiveField(
      mapOf((x, y) => (x < 4 && y < 4 ? 1 : 0)),
      box,
    )
    // From the centre (-0.5, -0.5), squares of side 2n hold n x n pixels of the picture.
    expect(numbers.rings.slice(0, 4)).toEqual([
      { sidePx: 2, share: 1 / 16 },
      { sidePx: 4, share: 4 / 16 },
      { sidePx: 6, share: 9 / 16 },
      { sidePx: 8, share: 1 },
    ])
    expect(numbers.centralHalfShare).toBe(0.25)
  })

  it('tells mass where there must be none, and nothing of a dead unit', () => {
    const box = boxOf({ left: 9, top: 9, right: 11, bottom: 11 })
    const stray = measureEffectiveField(
      mapOf((x, y) => (x === 10 && y === 10 ? 3 : x === 0 && y === 0 ? 1 : 0)),
      box,
    )
    expect(stray.outsideShare).toBe(0.25)
    const dead = measureEffectiveField(
      mapOf(() => 0),
      box,
    )
    expect(dead).toMatchObject({ mass: 0, heldSidePx: null, centralHalfShare: 0, outsideShare: 0 })
  })
})

describe('heatShareOf', () => {
  it('is linear, or spans four decades', () => {
    expect(heatShareOf(2, 8, 'linear')).toBe(0.25)
    expect(heatShareOf(8, 8, 'log')).toBe(1)
    expect(heatShareOf(0.08, 8, 'log')).toBeCloseTo(0.5)
    expect(heatShareOf(1e-9, 8, 'log')).toBe(0)
    expect(heatShareOf(0, 0, 'log')).toBe(0)
  })
})
