import { expect, test } from 'vitest'
import { itemAt, present } from '../../../src/shared/present'

test('itemAt gives what stands at an index, and names an index that is outside', () => {
  expect(itemAt(['a', 'b'], 1)).toBe('b')
  expect(itemAt(Float32Array.of(0, NaN), 0)).toBe(0)
  expect(itemAt(Float32Array.of(0, NaN), 1)).toBeNaN()
  expect(itemAt([null], 0)).toBeNull()
  expect(() => itemAt([7, 8], 2, 'pictures')).toThrow(
    new RangeError('Expected one of 2 pictures, got index 2.'),
  )
  expect(() => itemAt(Float32Array.of(1), -1)).toThrow('one of 1 values, got index -1')
  expect(() => itemAt([1], NaN)).toThrow(RangeError)
})

test('present gives what is there, and refuses what is not', () => {
  const known = new Map([['a', 0]])
  expect(present(known.get('a'))).toBe(0)
  expect(present(null)).toBeNull()
  expect(() => present(known.get('b'))).toThrow(RangeError)
})
