import { expect, test } from 'vitest'
import {
  describeLeakChange,
  describeSplit,
  describeTestHalf,
} from '../../../../../src/renderer/src/views/data/split-words'

const dataset = {
  source: '/a',
  folder: '/a',
  layout: 'classes',
  classes: [
    { name: 'cat', train: 1500, validation: 20, test: 0 },
    { name: 'dog', train: 30, validation: 5, test: 7 },
  ],
  images: 1555,
  skipped: [],
  warnings: [],
} as const
const DRAWN = { validationShare: 0.15, seed: 7, validationFolder: null }

test('describeSplit says which split is in force', () => {
  expect(describeSplit(dataset, DRAWN, false)).toBe(
    'Current split: 15% of each class held out for validation, seed 7. 1,530 to train, 25 to validate.',
  )
  expect(describeSplit(dataset, DRAWN, true)).toContain(
    'validation pictures from its own validation half.',
  )
  expect(describeSplit(dataset, { ...DRAWN, validationFolder: '/b' }, true)).toContain(
    'validation pictures from /b.',
  )
})

test('describeLeakChange tells leaks before and now, or that nothing is known', () => {
  const counts = { exact: 3, near: 0, tiny: 0, unreadable: 0, leaks: 2 }
  const findings = { checked: 9, exact: [], near: [], tiny: [], unreadable: [], counts }
  expect(describeLeakChange(findings, null)).toBeNull()
  expect(describeLeakChange(findings, 0)).toEqual({
    words: 'The same picture in more than one split: 2 groups, 0 before.',
    isLeaking: true,
  })
  const none = { ...findings, counts: { ...counts, leaks: 0 } }
  expect(describeLeakChange(none, 2)).toEqual({
    words: 'The same picture in more than one split: none, 2 before.',
    isLeaking: false,
  })
  expect(describeLeakChange(none, 0)?.words).toContain('none, as before')
  expect(describeLeakChange(null, 2)?.words).toContain('check them again')
})

test('describeTestHalf says that a run leaves those pictures alone', () => {
  expect(describeTestHalf(0)).toBeNull()
  expect(describeTestHalf(7)).toBe(
    'Test half: 7 pictures, kept for evaluation. A run neither trains nor validates with them.',
  )
})
