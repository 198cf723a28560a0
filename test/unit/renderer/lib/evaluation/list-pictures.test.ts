import { describe, expect, it } from 'vitest'
import { groupDuplicates } from '../../../../../src/renderer/src/lib/evaluation/group-duplicates'
import {
  listPictures,
  type PictureOrder,
  type PictureQuestion,
} from '../../../../../src/renderer/src/lib/evaluation/list-pictures'
import { ALL_PICTURES } from '../../../../../src/renderer/src/lib/evaluation/picture-filter'
import { makeEvaluatedPictures } from '../../../../support/made-evaluation'

/** Six pictures of three classes; that of the last is unknown to the network. */
const pictures = makeEvaluatedPictures([
  { file: 'cat/A1.png', label: 0, predicted: 0, confidence: 0.9, loss: 0.1, margin: 0.8 },
  { file: 'cat/a2.png', label: 0, predicted: 1, confidence: 0.6, loss: 1.2, margin: 0.3 },
  { file: 'dog/b1.png', label: 1, predicted: 1, confidence: 0.5, loss: 0.7, margin: 0.1 },
  { file: 'dog/b2.png', label: 1, predicted: 0, confidence: 1, loss: 9, margin: 1, suggested: 0 },
  { file: 'emu/c1.png', label: 2, predicted: 2, confidence: 0.7, loss: 0.35, margin: 0.5 },
  { file: 'fox/d1.png', label: -1, predicted: 1, confidence: 0.8, loss: NaN, margin: 0.6 },
])
const names = pictures.files.map((file) => file.toLowerCase())
const ALL: PictureQuestion = {
  filter: ALL_PICTURES,
  text: '',
  loss: null,
  margin: null,
  isSuspect: false,
}

function list(question: Partial<PictureQuestion>, order?: PictureOrder): number[] {
  const by = order ?? { by: 'order', isDescending: false }
  return [...listPictures(pictures, names, { ...ALL, ...question }, by)]
}
const filter = (part: Partial<typeof ALL_PICTURES>): number[] =>
  list({ filter: { ...ALL_PICTURES, ...part } })

describe('listPictures', () => {
  it('lists the pictures of a cell, a row, a column, the right and the wrong ones', () => {
    expect(filter({})).toEqual([0, 1, 2, 3, 4, 5])
    expect(filter({ trueClass: 0, predictedClass: 1 })).toEqual([1])
    expect(filter({ trueClass: 1 })).toEqual([2, 3])
    expect(filter({ predictedClass: 1 })).toEqual([1, 2, 5])
    // One whose class nobody knows is neither.
    expect(filter({ isRight: true })).toEqual([0, 2, 4])
    expect(filter({ isRight: false })).toEqual([1, 3])
  })

  it('has each picture in one of the ranges that lie side by side', () => {
    const bins = [0, 0.5, 0.7, 0.9, 1].slice(1).map((to, at) => {
      const from = [0, 0.5, 0.7, 0.9][at] ?? 0
      return filter({ confidence: [Math.fround(from), Math.fround(to)] })
    })
    expect(bins).toEqual([[], [1, 2], [4, 5], [0, 3]])
  })

  it('finds text in any case, ranges of loss and margin, and likely label errors', () => {
    expect(list({ text: ' CAT/a ' })).toEqual([0, 1])
    expect(list({ loss: [0.3, 2] })).toEqual([1, 2, 4])
    expect(list({ margin: [0.5, 1] })).toEqual([0, 3, 4, 5])
    expect(list({ isSuspect: true })).toEqual([3])
  })

  it('sorts both ways, with what has no value last, and named pictures as they are named', () => {
    expect(list({}, { by: 'loss', isDescending: true })).toEqual([3, 1, 2, 4, 0, 5])
    expect(list({}, { by: 'loss', isDescending: false })).toEqual([0, 4, 2, 1, 3, 5])
    expect(filter({ among: { words: 'two', pictures: [4, 1] } })).toEqual([4, 1])
  })
})

describe('groupDuplicates', () => {
  it('puts pictures side by side that are alike through a third, each once', () => {
    const pairs = [
      [7, 9],
      [1, 2],
      [3, 4],
      [9, 3],
      [2, 1],
    ].map(([first = 0, second = 0]) => ({ first, second }))
    const grouped = groupDuplicates(pairs)
    expect(grouped.slice(0, 4).sort()).toEqual([3, 4, 7, 9])
    expect(grouped.slice(4).sort()).toEqual([1, 2])
    expect(groupDuplicates([])).toEqual([])
  })
})
