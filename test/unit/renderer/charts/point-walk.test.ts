import { describe, expect, test } from 'vitest'
import type { Span } from '../../../../src/renderer/src/charts/decimate'
import {
  walkByKey,
  walkCurves,
  type PointWalk,
} from '../../../../src/renderer/src/charts/point-walk'

/** What a key press did, and whether it was taken. */
function press(
  key: string,
  make: (moveTo: PointWalk['moveTo'], show: Required<PointWalk>['zoom']['show']) => PointWalk,
  shiftKey = false,
) {
  const said: { cursor?: number | null; view?: Span | null; taken: boolean } = { taken: false }
  const event = { key, shiftKey, preventDefault: () => (said.taken = true) } as const
  walkByKey(
    event as unknown as KeyboardEvent,
    make(
      (x) => (said.cursor = x),
      (view) => (said.view = view),
    ),
  )
  return said
}

describe('walking along points', () => {
  const points =
    (cursor: number | null) =>
    (moveTo: PointWalk['moveTo']): PointWalk => {
      const span = { min: 0, max: 4 }
      return { name: 'Deletion', span, cursor, start: 0, step: 1, leap: 1, moveTo }
    }

  test('arrows go a point on or back, and not beyond the ends', () => {
    expect(press('ArrowRight', points(null))).toEqual({ cursor: 1, taken: true })
    expect(press('ArrowRight', points(4)).cursor).toBe(4)
    expect(press('ArrowLeft', points(3)).cursor).toBe(2)
    expect(press('ArrowLeft', points(0)).cursor).toBe(0)
  })

  test('keys that mean nothing here are left to others', () => {
    for (const key of ['+', '-', '0', 'Tab', 'ArrowUp']) {
      expect(press(key, points(2))).toEqual({ taken: false })
    }
  })
})

describe('walking along curves', () => {
  const all = { min: 0, max: 1000 }
  const curves =
    (cursor: number | null, span: Span = all) =>
    (moveTo: PointWalk['moveTo'], show: Required<PointWalk>['zoom']['show']): PointWalk =>
      walkCurves('Loss', span, cursor, moveTo, { all, show })

  test('arrows go a hundredth of what is shown, from its end; with Shift a tenth', () => {
    expect(press('ArrowLeft', curves(null)).cursor).toBe(990)
    expect(press('ArrowLeft', curves(500), true).cursor).toBe(400)
    expect(press('ArrowRight', curves(150, { min: 100, max: 200 })).cursor).toBe(151)
  })

  test('plus and minus zoom around the cursor, zero shows all', () => {
    expect(press('+', curves(500)).view).toEqual({ min: 250, max: 750 })
    expect(press('=', curves(500)).view).toEqual({ min: 250, max: 750 })
    expect(press('-', curves(500, { min: 450, max: 550 })).view).toEqual({ min: 400, max: 600 })
    expect(press('-', curves(500, { min: 100, max: 900 })).view).toBeNull()
    expect(press('0', curves(500, { min: 450, max: 550 }))).toEqual({ view: null, taken: true })
  })
})
