import { describe, expect, test } from 'vitest'
import {
  cellOf,
  scaleMap,
} from '../../../../../src/renderer/src/lib/attribution/attribution-picture'
import { tabulateShares } from '../../../../../src/renderer/src/views/inspect/why/share-curves'
import { describeMethod } from '../../../../../src/renderer/src/views/inspect/why/method-words'

const mapOf = (data: Float32Array, isSigned: boolean) =>
  ({ data, isSigned, shape: [1, data.length] }) as const

describe('the colours of a map', () => {
  const steps = Float32Array.from({ length: 200 }, (_, index) => index + 1)

  test('span all values, or all but the extreme hundredth', () => {
    const map = mapOf(steps, false)
    expect(scaleMap(map, false)).toEqual({ kind: 'sequential', min: 0, max: 200 })
    expect(scaleMap(map, true)).toEqual({ kind: 'sequential', min: 0, max: 198 })
  })

  test('are centred on zero where values have both signs', () => {
    const map = mapOf(
      steps.map((value) => (value % 2 === 0 ? value : -value)),
      true,
    )
    expect(scaleMap(map, false)).toEqual({ kind: 'diverging', limit: 200 })
    expect(scaleMap(map, true)).toEqual({ kind: 'diverging', limit: 198 })
  })

  test('are those of the few values where nearly all are zero', () => {
    const map = mapOf(new Float32Array(500).fill(3, 7, 8), false)
    expect(scaleMap(map, true)).toEqual({ kind: 'sequential', min: 0, max: 3 })
  })
})

test('a pixel lies in the cell of a coarse map under it', () => {
  const map = { data: new Float32Array(6), isSigned: false, shape: [2, 3] } as const
  expect([cellOf(map, 6, 0, 0), cellOf(map, 6, 5, 0), cellOf(map, 6, 2, 3)]).toEqual([0, 2, 4])
})

test('the curves by share of pixels are exported a row a step', () => {
  const curves = [{ name: 'Gradient', style: 1, values: Float32Array.of(1, 0.5, 0), area: 0.5 }]
  const { columns, rows } = tabulateShares('Deletion: cat', curves)
  expect(columns.map(({ name }) => name)).toEqual(['share of pixels', 'Gradient'])
  expect(rows).toEqual([
    [0, 1],
    [0.5, 0.5],
    [1, 0],
  ])
})

test('a method is told with its choices', () => {
  expect(describeMethod({ method: { kind: 'grad-cam', layer: 'conv4_3' } })).toBe(
    'Grad-CAM at conv4_3',
  )
  const patch = { kind: 'occlusion', patchPx: 8, stridePx: 4, fill: 'grey' } as const
  expect(describeMethod({ method: patch })).toBe('Occlusion, 8 px every 4 px, grey')
})
