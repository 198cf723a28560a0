import { describe, expect, it } from 'vitest'
import type { AlignedRows } from '../../../../src/renderer/src/charts/align'
import { rangeFrame, type RangeChoice } from '../../../../src/renderer/src/charts/curve-range'
import { drawCurves } from '../../../../src/renderer/src/charts/draw-curves'
import { findOutlierLimit } from '../../../../src/renderer/src/charts/outliers'

const CHOICE: RangeChoice = {
  metric: 'loss',
  isLog: false,
  isZoomed: false,
  areOutliersIgnored: true,
}

function frameOf(losses: readonly number[], validation: (number | null)[] = []) {
  const x = losses.map((_, index) => index + 1)
  const ends = x.map((_, index) => validation[index] ?? null)
  const rows: AlignedRows = [x, [...losses], [...losses], ends]
  return { rows, drops: [], span: { min: 0, max: x.length } }
}

const DIVERGED = [2.3, 2.31, 2.2, 2.4, 2.35, 2.5, 3, 8, 400, 1e6, 6e17]

describe('outliers of a loss', () => {
  it('are those out of all proportion to what came before', () => {
    expect(findOutlierLimit(DIVERGED)).toBe(10)
    // Most of a run that went on long after it had diverged.
    expect(findOutlierLimit([2.3, 2.3, 2.3, ...Array<number>(80).fill(1e12)])).toBe(10)
    // A bad start does not spoil what follows.
    expect(findOutlierLimit([900, 700, 300, 80, 50, ...Array<number>(50).fill(2)])).toBe(10)
    expect(findOutlierLimit([60, 50, 55, 58, 52, 61, 1e9])).toBe(220)
  })

  it('are none in a run that learns, however far its loss falls', () => {
    const falling = Array.from({ length: 500 }, (_, index) => 9.9 * 0.97 ** index)
    expect(findOutlierLimit(falling)).toBeNull()
    expect(findOutlierLimit([40, 38, 41, 36, 39])).toBeNull()
    expect(findOutlierLimit([])).toBeNull()
  })
})

describe('the y axis of a run that diverges', () => {
  it('is that of the ordinary losses, with a mark for each that lies above', () => {
    const { range, above, limit, rows } = rangeFrame(frameOf(DIVERGED), CHOICE)
    expect(range[0]).toBe(0)
    expect(range[1]).toBeCloseTo(8.4)
    expect([above, limit]).toEqual([[9, 10, 11], 10])
    // The line leaves through the top, at a place that can be drawn.
    expect(Math.max(...(rows[1] ?? []).map(Number))).toBe(1000)
  })

  it('reaches to all of them when asked to, and where they are all that is in view', () => {
    const all = rangeFrame(frameOf(DIVERGED), { ...CHOICE, areOutliersIgnored: false })
    expect(all.range[1]).toBeCloseTo(6.3e17, -15)
    expect([all.above, all.limit]).toEqual([[], null])
    const end = { ...frameOf([2, 2, 2, 1e6, 1.1e6, 1.2e6]), span: { min: 4, max: 6 } }
    const zoomed = rangeFrame(end, { ...CHOICE, isZoomed: true })
    expect(zoomed.range[1]).toBeGreaterThan(1.2e6)
  })

  it('is not spoilt by a validation either, on a logarithmic scale as well', () => {
    const frame = frameOf([2, 1.9, 1.5, 1.2], [null, null, null, 1e5])
    for (const isLog of [false, true]) {
      const { range, above } = rangeFrame(frame, { ...CHOICE, isLog })
      expect(range[1]).toBeLessThan(3)
      expect(above).toEqual([4])
    }
  })
})

describe('a drawing of curves', () => {
  const colors = {
    text: '#111111',
    muted: '#666666',
    background: '#ffffff',
    grid: '#dddddd',
    mark: '#aa0000',
    train: '#0000aa',
    validation: '#00aa00',
    font: '12px "Noto Sans"',
  }
  const draw = (isLog: boolean): string =>
    drawCurves({
      ...{ label: 'Loss', runName: 'D <2> & more', metric: 'loss', axis: 'step', isLog, colors },
      frame: rangeFrame(frameOf(DIVERGED, [null, null, 2.2]), { ...CHOICE, isLog }),
      ...{ width: 800, height: 400 },
    })

  it('has the name of the run, the lines, the marks and the words of what lies outside', () => {
    const svg = draw(false)
    expect(svg).toContain('>Loss by step: D &lt;2&gt; &amp; more</text>')
    expect(svg).toContain('▲ points above 10 lie outside')
    expect(svg.match(/<circle /g)).toHaveLength(1)
    expect(svg.match(/l4 7h-8z/g)).toHaveLength(3)
    expect(svg).toMatch(/text-anchor="end">8<\/text>/)
  })

  it('has numbers alone for coordinates, on a logarithmic scale too', () => {
    for (const svg of [draw(false), draw(true)]) expect(svg).not.toMatch(/NaN|Infinity|e\+/)
  })
})
