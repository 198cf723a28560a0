import { describe, expect, it } from 'vitest'
import { describeClasses } from '../../../../../src/renderer/src/views/inspect/neighbours/describe-classes'
import { markOfClass } from '../../../../../src/renderer/src/views/inspect/neighbours/point-marks'
import {
  findInside,
  findNext,
  findPoint,
  fitPoints,
  placeOf,
  zoomAt,
} from '../../../../../src/renderer/src/views/inspect/neighbours/scatter-view'

const POINTS = Float32Array.of(-1, -2, 1, 2, 0, 0, 1, -2)

describe('the view of a map', () => {
  it('has all points inside, y upwards, one scale for both axes', () => {
    const view = fitPoints(POINTS, 400, 300)
    const places = [0, 1, 2, 3].map((index) => placeOf(POINTS, index, view))
    for (const { x, y } of places) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x).toBeLessThanOrEqual(400)
      expect(y).toBeGreaterThanOrEqual(0)
      expect(y).toBeLessThanOrEqual(300)
    }
    expect(places[2]).toEqual({ x: 200, y: 150 })
    expect(places[1]?.y).toBeLessThan(places[0]?.y ?? 0)
    expect((places[1]?.x ?? 0) - (places[0]?.x ?? 0)).toBeCloseTo(2 * view.scale, 3)
  })

  it('of one point, or of none, is no nonsense', () => {
    expect(placeOf(Float32Array.of(5, 5), 0, fitPoints(Float32Array.of(5, 5), 100, 80))).toEqual({
      x: 50,
      y: 40,
    })
    expect(Number.isFinite(fitPoints(new Float32Array(0), 100, 80).scale)).toBe(true)
  })

  it('keeps what is under the pointer when it zooms', () => {
    const view = fitPoints(POINTS, 400, 300)
    const place = placeOf(POINTS, 1, view)
    const closer = zoomAt(view, place, 3)
    expect(placeOf(POINTS, 1, closer).x).toBeCloseTo(place.x, 4)
    expect(placeOf(POINTS, 1, closer).y).toBeCloseTo(place.y, 4)
    expect(closer.scale).toBeCloseTo(3 * view.scale, 6)
  })

  it('finds the point under the pointer, and none beyond its reach', () => {
    const view = fitPoints(POINTS, 400, 300)
    const { x, y } = placeOf(POINTS, 3, view)
    expect(findPoint(POINTS, view, { x: x + 3, y: y - 4 }, 10)).toBe(3)
    expect(findPoint(POINTS, view, { x: x + 11, y }, 10)).toBeNull()
  })

  it('goes from point to point by direction', () => {
    const view = fitPoints(POINTS, 400, 300)
    expect(findNext(POINTS, view, 0, 1, 0)).toBe(3)
    expect(findNext(POINTS, view, 2, 0, -1)).toBe(1)
    expect(findNext(POINTS, view, 1, 0, -1)).toBe(1)
  })

  it('selects what a line encloses, hollows left out', () => {
    const view = { scale: 10, x: 100, y: 100 }
    const around = [
      { x: 85, y: 75 },
      { x: 115, y: 75 },
      { x: 115, y: 105 },
      { x: 85, y: 105 },
    ]
    expect(findInside(POINTS, view, around)).toEqual([1, 2])
    expect(findInside(POINTS, view, around.slice(0, 2))).toEqual([])
    const hollow = [...around, { x: 85, y: 103 }, { x: 105, y: 100 }, { x: 85, y: 97 }]
    expect(findInside(POINTS, view, hollow)).toEqual([1])
  })
})

describe('marks of classes', () => {
  it('differ in shape or colour up to a hundred', () => {
    const marks = Array.from({ length: 100 }, (_, index) => {
      const { mark, color } = markOfClass(index)
      return `${mark} ${color}`
    })
    expect(new Set(marks).size).toBe(100)
    expect(new Set(marks.slice(0, 10).map((mark) => mark.replace(/ var.*/, ''))).size).toBe(10)
  })
})

describe('what the nearest say of a prediction', () => {
  it.each([
    [['a', 'a', 'b'], 'a', 'The network predicts a, as 2 of the 3 nearest pictures are.'],
    [['a', 'b'], 'a', 'The network predicts a, which half of the 2 nearest pictures are.'],
    [
      ['b', 'b', 'a'],
      'a',
      'The network predicts a, but only 1 of the 3 nearest pictures are; 2 are b: the picture is among other classes at this layer.',
    ],
    [
      ['a', 'a', 'b', 'c', 'd'],
      'a',
      'The network predicts a, but only 2 of the 5 nearest pictures are; no other class has as many.',
    ],
    [[], 'a', 'There is no other picture.'],
  ])('%j, %s', (classes, predicted, words) => {
    expect(describeClasses(classes, predicted)).toBe(words)
  })
})
