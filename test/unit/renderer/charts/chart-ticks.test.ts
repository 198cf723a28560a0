import { scaleLinear, scaleLog } from 'd3-scale'
import { describe, expect, test } from 'vitest'
import {
  labelPower,
  listDecades,
  listTicksX,
  listTicksY,
  scaleDecades,
} from '../../../../src/renderer/src/charts/chart-ticks'

describe('ticks of training curves', () => {
  const over = (min: number, max: number) => scaleLinear([min, max], [0, 1])

  test('are whole steps, parts of epochs and round times', () => {
    expect(listTicksX('step', over(0, 3), 10)).toEqual([0, 1, 2, 3])
    expect(listTicksX('epoch', over(0, 1), 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(listTicksX('seconds', over(0, 200), 4)).toEqual([0, 60, 120, 180])
  })

  test('of the values are round and inside', () => {
    expect(listTicksY(over(0, 1), 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(listTicksY(over(0.13, 0.58), 5)).toEqual([0.2, 0.3, 0.4, 0.5])
  })

  test('on a logarithmic scale are powers of ten, finer where they are few', () => {
    const log = (min: number, max: number) => listTicksY(scaleLog([min, max], [0, 1]), 5)
    expect(log(0.005, 30)).toEqual([0.01, 0.1, 1, 10])
    expect(log(0.3, 4)).toEqual([0.5, 1, 2])
    expect(log(0.31, 0.45)).toEqual([0.35, 0.4, 0.45])
    // The lowest label is one of them, and there are no more than have room.
    expect(log(0.047, 2.6)).toEqual([0.1, 0.3, 1])
    expect(listTicksY(scaleLog([0.047, 2.6], [0, 1]), 7)).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2])
    expect(log(0.001, 6e9)).toEqual([0.001, 1, 1000, 1e6, 1e9])
  })
})

describe('a scale of whole decades', () => {
  test('goes round the values, a few of its powers marked', () => {
    const scale = scaleDecades([3e-13, 40, null])
    expect(scale.domain()).toEqual([1e-13, 100])
    expect(scale(10 ** -5.5)).toBeCloseTo(0.5)
    const marked = listDecades(scale)
    expect(marked.length).toBeLessThanOrEqual(8)
    expect(marked.map(labelPower)).toContain('10⁻¹²')
  })

  test('has zeros at the bottom and infinities at the top', () => {
    const scale = scaleDecades([0, Infinity, 5])
    expect([scale(0), scale(Infinity)]).toEqual([0, 1])
    expect(listDecades(scale)).toEqual([1, 10])
  })

  test('is a decade where there is nothing, or one value', () => {
    expect(scaleDecades([]).domain()).toEqual([1, 10])
    expect(scaleDecades([0.1]).domain()).toEqual([0.1, 1])
    expect(listDecades(scaleDecades([0.02]))).toEqual([0.01, 0.1])
  })
})
