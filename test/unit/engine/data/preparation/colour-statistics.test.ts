import { expect, test } from 'vitest'
import {
  addColours,
  createColourSums,
} from '../../../../../src/main/engine/data/preparation/colour-statistics'
import {
  findMean,
  findPrincipalComponents,
} from '../../../../../src/main/engine/data/preparation/principal-colours'
import { keyedRandom } from '../../../../../src/main/engine/random'
import { findColourShift } from '../../../../../src/shared/spec'

test('finds mean, directions and variances of known colours', () => {
  // Along (1, 1, 1) with deviation 30, along (1, -1, 0) with deviation 10, nothing else.
  const random = keyedRandom('sample', 1)
  const pixels = 20_000
  const rgb = new Uint8Array(pixels * 3)
  for (let i = 0; i < pixels; i++) {
    const bright = (30 * random.normal()) / Math.sqrt(3)
    const warm = (10 * random.normal()) / Math.sqrt(2)
    rgb.set([128 + bright + warm, 120 + bright - warm, 140 + bright].map(Math.round), i * 3)
  }
  const total = createColourSums()
  addColours(total, rgb.subarray(0, 3000))
  addColours(total, rgb.subarray(3000))
  ;[128, 120, 140].forEach((value, i) =>
    expect(Math.abs((findMean(total)[i] ?? 0) - value)).toBeLessThan(1),
  )

  const { vectors, variances } = findPrincipalComponents(total)
  const third = 1 / Math.sqrt(3)
  ;[third, third, third].forEach((value, i) => expect(vectors[0]?.[i]).toBeCloseTo(value, 1))
  expect(Math.abs(vectors[1]?.[0] ?? 0)).toBeCloseTo(Math.SQRT1_2, 1)
  expect(Math.abs(vectors[1]?.[2] ?? 1)).toBeLessThan(0.05)
  expect(Math.sqrt(variances[0]) * 255).toBeCloseTo(30, -0.5)
  expect(Math.sqrt(variances[1]) * 255).toBeCloseTo(10, -0.5)
  // Rounding to bytes alone.
  expect(Math.sqrt(variances[2]) * 255).toBeLessThan(1)

  // One deviation along the first: 255 x 0.1 x variance, the same in all three channels.
  const shift = findColourShift({ vectors, variances }, [0.1, 0, 0])
  for (const value of shift) expect(value).toBeCloseTo(25.5 * variances[0] * third, 1)
})

test('one colour alone has no variance', () => {
  const total = createColourSums()
  addColours(total, new Uint8Array(300).fill(77))
  expect(findMean(total)).toEqual([77, 77, 77])
  const components = findPrincipalComponents(total)
  expect(Math.max(...components.variances)).toBeLessThan(1e-9)
})
