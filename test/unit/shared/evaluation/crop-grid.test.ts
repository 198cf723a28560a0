import { expect, test } from 'vitest'
import { layCropGrid } from '../../../../src/shared/evaluation/crop-grid'

const total = (windows: ReturnType<typeof layCropGrid>): number =>
  windows.reduce((sum, { crops }) => sum + crops, 0)

test('the grid reaches from edge to edge in five steps each way', () => {
  const windows = layCropGrid(384, 256, 224)
  expect(windows).toHaveLength(25)
  expect(new Set(windows.map(({ left }) => left))).toEqual(new Set([0, 40, 80, 120, 160]))
  expect(new Set(windows.map(({ top }) => top))).toEqual(new Set([0, 8, 16, 24, 32]))
  expect(windows.every(({ crops }) => crops === 1)).toBe(true)
})

test('crops that fall on the same pixels are one window that weighs as many', () => {
  expect(layCropGrid(224, 224, 224)).toEqual([{ left: 0, top: 0, crops: 25 }])
  expect(layCropGrid(264, 224, 224)).toEqual(
    [0, 10, 20, 30, 40].map((left) => ({ left, top: 0, crops: 5 })),
  )
  // Two pixels of room: places 0, 0.5, 1, 1.5, 2.
  const narrow = layCropGrid(34, 32, 32)
  expect(narrow.map(({ left, crops }) => [left, crops])).toEqual([
    [0, 5],
    [1, 10],
    [2, 10],
  ])
  for (const width of [32, 33, 37, 1000]) expect(total(layCropGrid(width, 40, 32))).toBe(25)
})
