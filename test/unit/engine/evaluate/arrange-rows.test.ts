import { expect, it } from 'vitest'
import {
  addPart,
  layRows,
  normaliseRow,
} from '../../../../src/main/engine/evaluate/features/arrange-rows'

/** Two networks, of 2 and 1 channels, at two scales. */
const PARTS = [
  { values: Float32Array.of(1, 2), model: 0, scale: 0 },
  { values: Float32Array.of(3, 6), model: 0, scale: 1 },
  { values: Float32Array.of(8), model: 1, scale: 0 },
  { values: Float32Array.of(4), model: 1, scale: 1 },
]

function arrange(combine: 'average' | 'stack') {
  const layout = layRows([2, 1], 2, combine)
  const row = new Float32Array(layout.dims)
  for (const part of PARTS) addPart(row, layout, part)
  return { layout, row }
}

it('averages the scales of each network, the networks side by side', () => {
  expect([...arrange('average').row]).toEqual([2, 4, 6])
})

it('stacks the scales of each network from the first up', () => {
  expect([...arrange('stack').row]).toEqual([1, 2, 3, 6, 8, 4])
})

it('scales each network’s part to length 1, and leaves one of zeros', () => {
  const { layout } = arrange('average')
  const row = Float32Array.of(3, 4, 9)
  normaliseRow(row, layout)
  expect(row).toEqual(Float32Array.of(0.6, 0.8, 1))
  const dark = Float32Array.of(0, 0, 9)
  normaliseRow(dark, layout)
  expect([...dark]).toEqual([0, 0, 1])
})
