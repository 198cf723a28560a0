import { expect, test } from 'vitest'
import { listMostConfused, normaliseRows } from '../../../../src/shared/evaluation/confusion'

const MATRIX = Uint32Array.from(
  [
    [8, 2, 0],
    [2, 1, 1],
    [0, 3, 3],
  ].flat(),
)

test('the most confused pair comes first; of equal counts that with the larger share', () => {
  expect(listMostConfused(MATRIX, 3, 3)).toEqual([
    { label: 2, predicted: 1, pictures: 3, share: 0.5 },
    { label: 1, predicted: 0, pictures: 2, share: 0.5 },
    { label: 0, predicted: 1, pictures: 2, share: 0.2 },
  ])
})

test('rows are normalised by the true class', () => {
  const shares = [0.8, 0.2, 0, 0.5, 0.25, 0.25, 0, 0.5, 0.5]
  expect(normaliseRows(MATRIX, 3)).toEqual(Float32Array.from(shares))
})
