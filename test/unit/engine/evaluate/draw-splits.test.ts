import { describe, expect, it } from 'vitest'
import { drawFolds, drawSplits } from '../../../../src/main/engine/evaluate/features/draw-splits'
import { present } from '../../../../src/shared/present'

/** Classes of 6, 3 and 1 rows, mixed. */
const LABELS = Int32Array.of(0, 1, 0, 2, 0, 1, 0, 0, 1, 0)
const DRAW = { trainPerClass: 2, testPerClass: null, count: 8, seed: 3 }

/** How many of the rows each class has. */
function countClasses(rows: Int32Array): number[] {
  const counts = [0, 0, 0]
  for (const row of rows) {
    const label = present(LABELS[row])
    counts[label] = present(counts[label]) + 1
  }
  return counts
}

describe('drawn splits', () => {
  it('train on the same number of each class, and test on what is left', () => {
    const splits = drawSplits(LABELS, DRAW)
    expect(splits).toHaveLength(8)
    for (const { train, test } of splits) {
      expect(countClasses(train)).toEqual([2, 2, 1])
      expect(countClasses(test)).toEqual([4, 1, 0])
      expect([...train, ...test].sort((a, b) => a - b)).toEqual([...LABELS.keys()])
    }
    expect(new Set(splits.map(({ train }) => train.join())).size).toBeGreaterThan(1)
  })

  it('leave one of each class to test on, and test on no more than is asked for', () => {
    const [whole] = drawSplits(LABELS, { ...DRAW, trainPerClass: 30 })
    expect(countClasses(present(whole).test)).toEqual([1, 1, 0])
    const [few] = drawSplits(LABELS, { ...DRAW, testPerClass: 2 })
    expect(countClasses(present(few).test)).toEqual([2, 1, 0])
  })

  it('are the same for a seed, however many are drawn', () => {
    const [first] = drawSplits(LABELS, { ...DRAW, count: 1 })
    expect(drawSplits(LABELS, DRAW)[0]).toEqual(first)
    expect(drawSplits(LABELS, { ...DRAW, seed: 4 })).not.toEqual(drawSplits(LABELS, DRAW))
  })
})

it('folds share out each class evenly', () => {
  const labels = Int32Array.from({ length: 50 }, (_, row) => row % 2)
  const folds = drawFolds(labels, 5, 1)
  for (const label of [0, 1]) {
    const own = [...folds].filter((_, row) => labels[row] === label)
    for (let fold = 0; fold < 5; fold++) {
      expect(own.filter((one) => one === fold)).toHaveLength(5)
    }
  }
})
