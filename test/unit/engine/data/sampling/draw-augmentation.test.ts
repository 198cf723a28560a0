import { describe, expect, test } from 'vitest'
import { drawAugmentation } from '../../../../../src/main/engine/data/sampling/draw-augmentation'
import { cutCrop } from '../../../../../src/main/engine/data/preparation/cut-crop'
import type { BatchOptions } from '../../../../../src/main/engine/data/types'
import { findColourShift, type ColourComponents } from '../../../../../src/shared/spec'

const OPTIONS: BatchOptions = {
  inputSize: 224,
  scale: { min: 256, max: 512 },
  augment: ['crop', 'flip', 'color'],
  order: 'shuffled',
  seed: 11,
}
const EPOCHS = 20
const PICTURES = 2000

/** All pictures of all epochs. */
const draws = Array.from({ length: EPOCHS }, (_, epoch) =>
  Array.from({ length: PICTURES }, (_, picture) => drawAugmentation(OPTIONS, epoch + 1, picture)),
)
const all = draws.flat()

/** How far counts are from equal ones, in standard deviations of the chi-square distribution. */
function findExcess(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  const freedom = counts.length - 1
  return (chiSquare - freedom) / Math.sqrt(2 * freedom)
}

function count(values: readonly number[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

describe('the draws of 20 epochs of 2,000 pictures', () => {
  test('S is uniform over every whole number of its range', () => {
    const counts = count(
      all.map(({ scale }) => scale - 256),
      257,
    )
    expect(counts).toHaveLength(257)
    expect(Math.abs(findExcess(counts))).toBeLessThan(4)
  })

  test('crops begin at every place of a picture alike, the last row and column too', () => {
    // What is cut of a 64 x 68 picture: 33 places across, 37 down, as of one of 256 x 260 at 224.
    const pixels = new Uint8Array(64 * 68 * 3)
    const target = new Uint8Array(32 * 32 * 3)
    const picture = { width: 64, height: 68, pixels }
    const cuts = all.slice(0, 12_000).map((draw) =>
      cutCrop(target, 0, picture, {
        draw: { ...draw, scale: 64 },
        inputSize: 32,
        smallestSide: 64,
      }),
    )
    const across = count(
      cuts.map(({ left }) => left),
      33,
    )
    const down = count(
      cuts.map(({ top }) => top),
      37,
    )
    expect([across.length, down.length]).toEqual([33, 37])
    expect(Math.abs(findExcess(across))).toBeLessThan(4)
    expect(Math.abs(findExcess(down))).toBeLessThan(4)
    // Together: 11 x 12 fields of places (3 wide, 3 high; what is left of 37 is not counted).
    const fields = count(
      cuts
        .filter(({ top }) => top < 36)
        .map(({ left, top }) => Math.floor(left / 3) * 12 + Math.floor(top / 3)),
      132,
    )
    expect(Math.abs(findExcess(fields))).toBeLessThan(4)
  })

  test('half are flipped, whatever happened to the picture an epoch before', () => {
    const deviation = Math.sqrt(0.25 / all.length)
    const share = all.filter(({ flip }) => flip).length / all.length
    expect(Math.abs(share - 0.5)).toBeLessThan(4 * deviation)
    const pairs = draws
      .slice(1)
      .flatMap((now, epoch) => now.map(({ flip }, at) => flip === draws[epoch]?.[at]?.flip))
    const same = pairs.filter(Boolean).length / pairs.length
    expect(Math.abs(same - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / pairs.length))
  })

  test("the colour shift has the covariance of Krizhevsky's formula", () => {
    const { SQRT1_2 } = Math
    const components: ColourComponents = {
      vectors: [
        [SQRT1_2, SQRT1_2, 0],
        [-SQRT1_2, SQRT1_2, 0],
        [0, 0, 1],
      ],
      variances: [0.2, 0.05, 0.01],
    }
    const shifts = all.map(({ alphas }) => findColourShift(components, alphas))
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j <= i; j++) {
        const found = shifts.reduce((sum, s) => sum + (s[i] ?? 0) * (s[j] ?? 0), 0) / shifts.length
        // sum over components of (255 x 0.1 x variance)^2 v v^T
        const expected = components.vectors.reduce((sum, vector, c) => {
          const deviation = 25.5 * (components.variances[c] ?? 0)
          return sum + deviation ** 2 * (vector[i] ?? 0) * (vector[j] ?? 0)
        }, 0)
        const of = (k: number): number =>
          shifts.reduce((sum, s) => sum + (s[k] ?? 0) ** 2, 0) / shifts.length
        // The standard error of a covariance of normal values.
        const error = Math.sqrt((of(i) * of(j) + expected ** 2) / shifts.length)
        expect(Math.abs(found - expected)).toBeLessThan(4 * error)
      }
    }
    for (let k = 0; k < 3; k++) {
      const mean = shifts.reduce((sum, s) => sum + (s[k] ?? 0), 0) / shifts.length
      expect(Math.abs(mean)).toBeLessThan((4 * 25.5 * 0.2) / Math.sqrt(shifts.length))
    }
  })

  test('each part is switched without touching the others', () => {
    const plain = { ...OPTIONS, augment: [], scale: { min: 256, max: 256 } } as const
    expect(drawAugmentation(plain, 1, 5)).toEqual({
      scale: 256,
      place: null,
      flip: false,
      alphas: [0, 0, 0],
    })
    const whole = drawAugmentation(OPTIONS, 3, 8)
    for (const part of OPTIONS.augment) {
      const without = { ...OPTIONS, augment: OPTIONS.augment.filter((one) => one !== part) }
      const draw = drawAugmentation(without, 3, 8)
      expect(draw.scale).toBe(whole.scale)
      if (part !== 'crop') expect(draw.place).toEqual(whole.place)
      if (part !== 'flip') expect(draw.flip).toBe(whole.flip)
      if (part !== 'color') expect(draw.alphas).toEqual(whole.alphas)
    }
  })
})
