import { describe, expect, it } from 'vitest'
import {
  lineStepOf,
  movePlace,
} from '../../../../../../src/renderer/src/views/architecture/fields/plane-moves'

const size = { rows: 56, columns: 56 }

describe('movePlace', () => {
  it('moves by one, by ten with Shift or the page keys, to the ends of the row', () => {
    const from = { row: 28, column: 28 }
    expect(movePlace(from, 'ArrowRight', false, size)).toEqual({ row: 28, column: 29 })
    expect(movePlace(from, 'ArrowUp', true, size)).toEqual({ row: 18, column: 28 })
    expect(movePlace(from, 'PageDown', false, size)).toEqual({ row: 38, column: 28 })
    expect(movePlace(from, 'Home', false, size)).toEqual({ row: 28, column: 0 })
    expect(movePlace(from, 'End', false, size)).toEqual({ row: 28, column: 55 })
    expect(movePlace(from, 'Enter', false, size)).toBeNull()
  })

  it('stays inside the plane', () => {
    expect(movePlace({ row: 3, column: 55 }, 'ArrowUp', true, size)).toEqual({ row: 0, column: 55 })
    expect(movePlace({ row: 0, column: 55 }, 'ArrowRight', false, size)).toEqual({
      row: 0,
      column: 55,
    })
  })
})

describe('lineStepOf', () => {
  it('leaves at most 64 lines', () => {
    expect([7, 56, 64, 112, 512].map(lineStepOf)).toEqual([1, 1, 1, 2, 8])
  })
})
