import { expect, test } from 'vitest'
import type { DatasetPicture, PictureGroup } from '../../../../../src/shared/contract'
import {
  describeGroup,
  describeLeaks,
} from '../../../../../src/renderer/src/views/data/finding-words'

const picture = (split: DatasetPicture['split'], classIndex = 0): DatasetPicture => ({
  file: `${split}.jpg`,
  classIndex,
  split,
})
const group = (...pictures: DatasetPicture[]): PictureGroup => ({
  pictures,
  isLeak: new Set(pictures.map(({ split }) => split)).size > 1,
  isContradiction: new Set(pictures.map(({ classIndex }) => classIndex)).size > 1,
})

test('a group says which splits it is in', () => {
  expect(describeGroup(group(picture('test'), picture('train')))).toBe('2 files, in train, test')
  expect(describeGroup(group(picture('test'), picture('validation'), picture('train', 1)))).toBe(
    '3 files, in train, validation, test, in 2 classes',
  )
  expect(describeGroup(group(picture('test'), picture('test')))).toBe('2 files')
})

test('leaks are told of any two splits', () => {
  const counts = { exact: 1, near: 0, tiny: 0, unreadable: 0, leaks: 1 }
  const findings = { checked: 9, exact: [], near: [], tiny: [], unreadable: [], counts }
  expect(describeLeaks(findings)).toMatch(/more than one split \(training, validation, test\)/)
  expect(describeLeaks({ ...findings, counts: { ...counts, leaks: 0 } })).toBeNull()
})
