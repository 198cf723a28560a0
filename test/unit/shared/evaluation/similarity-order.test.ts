import { describe, expect, test } from 'vitest'
import { orderBySimilarity } from '../../../../src/shared/evaluation/similarity-order'

/** A matrix of 100 pictures a class, of which some were taken for another. */
function makeMatrix(classes: number, mistakes: readonly (readonly [number, number, number])[]) {
  const matrix = new Uint32Array(classes * classes)
  for (let index = 0; index < classes; index++) matrix[index * classes + index] = 100
  for (const [label, predicted, pictures] of mistakes) {
    matrix[label * classes + predicted] = pictures
    matrix[label * classes + label] = (matrix[label * classes + label] ?? 0) - pictures
  }
  return matrix
}

describe('the order of the classes', () => {
  test('brings those together that are taken for each other', () => {
    // Two groups: 0, 3, 5 and 1, 4; class 2 is never confused.
    const matrix = makeMatrix(6, [
      [0, 3, 20],
      [5, 3, 30],
      [1, 4, 10],
      [0, 1, 1],
    ])
    // 3 lies between 5 and 0, which both are taken for it.
    expect(orderBySimilarity(matrix, 6)).toEqual(Int32Array.of(5, 3, 0, 1, 4, 2))
  })

  test('finds groups of interleaved classes', () => {
    const classes = 40
    const matrix = makeMatrix(
      classes,
      Array.from({ length: classes }, (_, label) => [
        label,
        (label + 4) % classes,
        10 + (label % 7),
      ]),
    )
    const groups = Array.from(orderBySimilarity(matrix, classes), (index) => index % 4)
    const changes = groups.filter((group, place) => place > 0 && group !== groups[place - 1])
    expect(changes).toHaveLength(3)
  })

  test('is that of the network where nothing is confused, pictures or not', () => {
    expect(orderBySimilarity(makeMatrix(4, []), 4)).toEqual(Int32Array.of(0, 1, 2, 3))
    expect(orderBySimilarity(new Uint32Array(4), 2)).toEqual(Int32Array.of(0, 1))
    expect(orderBySimilarity(Uint32Array.of(7), 1)).toEqual(Int32Array.of(0))
  })
})
