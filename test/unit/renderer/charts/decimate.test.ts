import { describe, expect, it } from 'vitest'
import { decimate, lowerBound, nearestIndex } from '../../../../src/renderer/src/charts/decimate'
import { MinMaxPyramid } from '../../../../src/renderer/src/charts/min-max-pyramid'

const POINTS = 100_000

/** A small generator with a fixed seed, so that a failure can be repeated. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function makeCurve(length: number, seed = 1): { x: Float64Array; y: Float64Array } {
  const random = makeRandom(seed)
  const x = new Float64Array(length)
  const y = new Float64Array(length)
  let at = 0
  for (let i = 0; i < length; i++) {
    at += 0.1 + random()
    x[i] = at
    y[i] = 2 * Math.exp(-i / 20_000) + 0.4 * random()
  }
  return { x, y }
}

function findByForce(y: Float64Array, from: number, to: number): [number, number] {
  let min = Infinity
  let max = -Infinity
  for (let i = from; i < to; i++) {
    const value = y[i] ?? NaN
    if (value < min) min = value
    if (value > max) max = value
  }
  return [min, max]
}

describe('MinMaxPyramid', () => {
  it('finds the extremes of any range as brute force does, over 100,000 points', () => {
    const { y } = makeCurve(POINTS)
    const pyramid = new MinMaxPyramid()
    pyramid.extend(y)
    const random = makeRandom(7)
    for (let round = 0; round < 300; round++) {
      const from = Math.floor(random() * POINTS)
      const to = Math.min(POINTS, from + 1 + Math.floor(random() ** 3 * POINTS))
      const found = pyramid.find(y, from, to)
      expect([y[found?.minIndex ?? -1], y[found?.maxIndex ?? -1]]).toEqual(findByForce(y, from, to))
      expect(found?.minIndex).toBeGreaterThanOrEqual(from)
      expect(found?.maxIndex).toBeLessThan(to)
    }
  })

  it('gives the same when the column grows in pieces and moves', () => {
    const { y } = makeCurve(5000)
    const whole = new MinMaxPyramid()
    whole.extend(y)
    const grown = new MinMaxPyramid()
    for (const length of [1, 7, 8, 9, 64, 500, 513, 4095, 5000]) grown.extend(y.slice(0, length))
    for (const [from, to] of [
      [0, 5000],
      [3, 4999],
      [512, 1024],
      [4090, 4100],
    ] as const) {
      expect(grown.find(y, from, to)).toEqual(whole.find(y, from, to))
    }
  })

  it('passes over what is no number, and says so when there is none', () => {
    const y = Float64Array.from({ length: 64 }, (_, i) => (i === 40 ? 3 : NaN))
    const pyramid = new MinMaxPyramid()
    pyramid.extend(y)
    expect(pyramid.find(y, 0, 64)).toEqual({ minIndex: 40, maxIndex: 40 })
    expect(pyramid.find(y, 0, 40)).toBeNull()
    expect(pyramid.find(y, 5, 5)).toBeNull()
  })
})

describe('decimate', () => {
  const { x, y } = makeCurve(POINTS)
  const pyramid = new MinMaxPyramid()
  pyramid.extend(y)

  it.each([
    ['everything', 0, x[POINTS - 1] ?? 0],
    ['the middle half', x[25_000] ?? 0, x[75_000] ?? 0],
    ['a narrow part', x[50_000] ?? 0, x[54_000] ?? 0],
  ])('keeps the lowest and highest of every pixel column of %s', (_, min, max) => {
    const columns = 700
    const out = new Uint32Array(4 * columns + 4)
    const count = decimate(x, y, pyramid, { min, max }, columns, out)
    const chosen = out.subarray(0, count)
    expect(count).toBeLessThanOrEqual(2 * columns + 2)
    for (let i = 1; i < count; i++) expect(chosen[i]).toBeGreaterThan(chosen[i - 1] ?? -1)

    // By force: the extremes of the chosen points in a column are those of all its points.
    for (let column = 0; column < columns; column++) {
      const left = min + ((max - min) * column) / columns
      const right = min + ((max - min) * (column + 1)) / columns
      const [from, to] = [lowerBound(x, left), lowerBound(x, right)]
      if (from >= to) continue
      const values = [...chosen]
        .filter((index) => index >= from && index < to)
        .map((i) => y[i] ?? 0)
      expect([Math.min(...values), Math.max(...values)]).toEqual(findByForce(y, from, to))
    }
  })

  it('never loses a spike', () => {
    const spiked = y.slice()
    spiked[61_234] = 99
    const withSpike = new MinMaxPyramid()
    withSpike.extend(spiked)
    const out = new Uint32Array(1000)
    const span = { min: 0, max: x[POINTS - 1] ?? 0 }
    const count = decimate(x, spiked, withSpike, span, 200, out)
    expect([...out.subarray(0, count)]).toContain(61_234)
  })

  it('gives all points when they are few, with the neighbours outside of the span', () => {
    const span = { min: x[100] ?? 0, max: x[110] ?? 0 }
    const out = new Uint32Array(500)
    const count = decimate(x, y, pyramid, span, 100, out)
    expect([...out.subarray(0, count)]).toEqual(Array.from({ length: 13 }, (_, i) => 99 + i))
  })

  it('gives nothing for nothing', () => {
    const none = new Float64Array(0)
    const empty = new MinMaxPyramid()
    empty.extend(none)
    expect(decimate(none, none, empty, { min: 0, max: 1 }, 10, new Uint32Array(50))).toBe(0)
  })

  it('looks at far fewer values than there are', () => {
    // The cost must follow the pixels: count the reads of a frame over 100,000 points.
    let reads = 0
    const counted = new Proxy(y, {
      get(target, key): unknown {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads++
        return Reflect.get(target, key, target) as unknown
      },
    })
    const out = new Uint32Array(2000)
    decimate(x, counted, pyramid, { min: 0, max: x[POINTS - 1] ?? 0 }, 400, out)
    expect(reads).toBeGreaterThan(0)
    expect(reads).toBeLessThan(POINTS / 2)
  })
})

describe('nearestIndex', () => {
  it('finds the closest point, at the ends too', () => {
    const x = Float64Array.of(1, 2, 4, 8)
    expect([-5, 1.4, 1.6, 3.1, 7, 100].map((value) => nearestIndex(x, value))).toEqual([
      0, 0, 1, 2, 3, 3,
    ])
    expect(nearestIndex(new Float64Array(0), 3)).toBe(-1)
  })
})
