import { expect, test } from 'vitest'
import { listClasses, warnClass } from '../../../../../src/renderer/src/views/data/class-order'
import type { ClassSummary } from '../../../../../src/shared/contract'

const classOf = (name: string, train: number, validation = 2): ClassSummary => ({
  ...{ name, train, validation, test: 0 },
})
/** 200 classes, one of them with few pictures and one with none to train on. */
const CLASSES = Array.from({ length: 200 }, (_, index) =>
  classOf(`Class ${index}`, index === 150 ? 3 : index === 60 ? 0 : 20 + index, 2),
)
const names = (text: string, order: Parameters<typeof listClasses>[1]['order']) =>
  listClasses(CLASSES, { text, order }).map(({ entry }) => entry.name)

test('classes are found by a part of their name, in any case, and keep their place', () => {
  expect(names('class 19', 'name')).toHaveLength(11)
  expect(listClasses(CLASSES, { text: 'CLASS 150', order: 'name' })).toEqual([
    { entry: CLASSES[150], index: 150 },
  ])
  // Typed or pasted in the other normal form.
  expect(
    listClasses([classOf('caf\u00e9', 9)], { text: 'cafe\u0301', order: 'name' }),
  ).toHaveLength(1)
})

test('they are sorted by name, by their pictures, and by what is wrong with them', () => {
  expect(names('', 'name').slice(0, 2)).toEqual(['Class 0', 'Class 1'])
  expect(names('', 'most')[0]).toBe('Class 199')
  expect(names('', 'fewest').slice(0, 3)).toEqual(['Class 60', 'Class 150', 'Class 0'])
  expect(names('', 'warnings').slice(0, 3)).toEqual(['Class 60', 'Class 150', 'Class 0'])
})

test('what is wrong with a class is said', () => {
  expect(warnClass(classOf('a', 0))).toBe('no training pictures')
  expect(warnClass(classOf('a', 9, 0))).toBe('no validation pictures')
  expect(warnClass(classOf('a', 7))).toBe('only 9 pictures')
  expect(warnClass(classOf('a', 8))).toBeNull()
})
