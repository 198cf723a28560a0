import { describe, expect, it } from 'vitest'
import {
  fitView,
  indexAt,
  labelStep,
  panView,
  placeAt,
  revealPlace,
  visibleCells,
  zoomView,
} from '../../../../../src/renderer/src/lib/evaluation/matrix-view'

const AREA = { widthPx: 700, heightPx: 610 }
const CLASSES = 200

describe('the view of a matrix', () => {
  it('shows all of it, in whole pixels where cells are large, and no larger than needed', () => {
    expect(fitView(AREA, CLASSES)).toEqual({ cellPx: 3.05, leftPx: 0, topPx: 0 })
    expect(fitView(AREA, 50).cellPx).toBe(12)
    expect(fitView(AREA, 1000).cellPx).toBeCloseTo(0.61)
    expect(fitView(AREA, 2).cellPx).toBe(88)
    expect(labelStep(fitView(AREA, CLASSES))).toBe(4)
    expect(labelStep(fitView(AREA, 10))).toBe(1)
  })

  it('keeps what is under the pointer there as it zooms, and ends at both limits', () => {
    const at = { x: 300, y: 450 }
    let view = fitView(AREA, CLASSES)
    const before = placeAt(view, CLASSES, at)
    for (let step = 0; step < 4; step++) view = zoomView(view, AREA, CLASSES, 1.5, at)
    expect(view.cellPx).toBeCloseTo(3.05 * 1.5 ** 4)
    expect(placeAt(view, CLASSES, at)).toEqual(before)
    for (let step = 0; step < 20; step++) view = zoomView(view, AREA, CLASSES, 1.5, at)
    expect(view.cellPx).toBe(64)
    expect(zoomView(view, AREA, CLASSES, 1e-6, at)).toEqual(fitView(AREA, CLASSES))
  })

  it('is not panned beyond the matrix', () => {
    const zoomed = zoomView(fitView(AREA, CLASSES), AREA, CLASSES, 4, { x: 0, y: 0 })
    expect(panView(zoomed, AREA, CLASSES, { x: -50, y: 1e6 })).toEqual({
      cellPx: 12.2,
      leftPx: 0,
      topPx: CLASSES * 12.2 - AREA.heightPx,
    })
  })

  it('brings a cell into view, moving as little as can be', () => {
    const zoomed = zoomView(fitView(AREA, CLASSES), AREA, CLASSES, 8, { x: 0, y: 0 })
    const seen = revealPlace(zoomed, AREA, CLASSES, { row: 150, column: 3 })
    expect(seen.leftPx).toBe(0)
    expect(visibleCells(seen, seen.topPx, AREA.heightPx, CLASSES).end).toBe(151)
    expect(revealPlace(seen, AREA, CLASSES, { row: 149, column: 3 })).toEqual(seen)
  })

  it('tells no cell beside the matrix', () => {
    const view = fitView(AREA, 2)
    expect(placeAt(view, 2, { x: 88, y: 175 })).toEqual({ row: 1, column: 1 })
    expect(placeAt(view, 2, { x: 176, y: 10 })).toBeNull()
    expect(indexAt(view, view.topPx, 2, -1)).toBeNull()
  })
})
