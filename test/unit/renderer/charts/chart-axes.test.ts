import { scaleLinear, scalePoint } from 'd3-scale'
import { expect, test } from 'vitest'
import { drawLine } from '../../../../src/renderer/src/charts/draw-line'
import { MARGIN, layPlots, placeTicks } from '../../../../src/renderer/src/charts/chart-axes'

const linear = scaleLinear([0, 10], [0, 1])
const withTicks = { scale: linear, ticks: () => [] }

test('a plot fills its figure but for the room of its labels; y goes upwards', () => {
  const outer = { width: 400, height: 200 }
  const [area] = layPlots(
    [{ title: 'Loss', x: { ...withTicks, title: 'step' }, y: withTicks }],
    outer,
  )
  const width = 400 - MARGIN.left - MARGIN.right
  const height = 200 - MARGIN.titled - MARGIN.named
  expect(area).toMatchObject({ left: MARGIN.left, top: MARGIN.titled, width, height })
  expect([area?.x(0), area?.x(10)]).toEqual([0, width])
  expect([area?.y(0), area?.y(10)]).toEqual([height, 0])
  // The scale that was given is left as it was.
  expect(linear.range()).toEqual([0, 1])
})

test('plots side by side share the width, and have room for no labels where there are none', () => {
  const bare = { x: { scale: linear }, y: { scale: linear } }
  const areas = layPlots([bare, bare], { width: 400, height: 200 })
  expect(areas.map(({ left }) => left)).toEqual([MARGIN.bare, 200 + MARGIN.bare])
  expect(areas.map(({ width }) => width)).toEqual(Array(2).fill(200 - MARGIN.bare - MARGIN.right))
  const [wide] = layPlots([bare], { width: 400, height: 200 }, { top: 50, right: 100 })
  expect(wide).toMatchObject({ top: 50, width: 300 - MARGIN.bare })
})

test('a figure that has not been measured yet has plots with room, not turned inside out', () => {
  const [area] = layPlots([{ x: withTicks, y: withTicks }], { width: 0, height: 0 })
  expect(area?.width).toBeGreaterThan(0)
  expect(area?.height).toBeGreaterThan(0)
})

test('ticks stand where the scale places their values', () => {
  const point = scalePoint(['conv1_1', 'conv1_2'], [0, 80])
  expect(placeTicks(point, ['conv1_1', 'fc6', 'conv1_2'], String)).toEqual([
    { at: 0, label: 'conv1_1' },
    { at: 80, label: 'conv1_2' },
  ])
})

test('a line goes through its points; none has no line', () => {
  const x = scaleLinear([0, 2], [0, 100])
  const y = scaleLinear([0, 1], [40, 0])
  const points = [1, 0.5, 0].map((value, step) => ({ x: x(step), y: y(value) }))
  expect(drawLine(points)).toBe('M0.0 0.0L50.0 20.0L100.0 40.0')
  expect(drawLine([])).toBe('')
})
