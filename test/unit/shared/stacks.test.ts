import { describe, expect, it } from 'vitest'
import {
  convolution,
  describeStack,
  findEqualKernel,
  matchField,
  traceStackFields,
  type Stack,
} from '../../../src/shared/vgg'

/** Positions of each plane below that reach the middle unit at the top, found by spreading it. */
function spread({ layers, kernel }: Stack): number[] {
  const size = layers * (kernel - 1) + 5
  let plane: number[] = Array.from({ length: size }, (_, at) =>
    at === Math.floor(size / 2) ? 1 : 0,
  )
  const counts = [1]
  for (let layer = 0; layer < layers; layer++) {
    plane = plane.map((_, at) => {
      let sum = 0
      for (let tap = 0; tap < kernel; tap++) sum += plane[at + tap - (kernel - 1) / 2] ?? 0
      return sum
    })
    counts.push(plane.filter((reached) => reached > 0).length)
  }
  return counts
}

const question = {
  stack: { layers: 3, kernel: 3 },
  against: { layers: 1, kernel: 7 },
  channels: 256,
  sizePx: 56,
}

describe('stacks', () => {
  it('see what a unit that is spread through them reaches', () => {
    for (const layers of [1, 2, 3, 7, 12]) {
      for (const kernel of [1, 3, 5, 15]) {
        const counts = spread({ layers, kernel })
        expect(traceStackFields({ layers, kernel })).toEqual(counts)
        expect(describeStack({ layers, kernel }, 4).receptiveField).toBe(counts.at(-1))
        expect(findEqualKernel({ layers, kernel })).toBe(counts.at(-1))
      }
    }
  })

  it('cost what the layers cost one by one', () => {
    const plane = [20, 20, 24] as const
    for (const stack of [question.stack, question.against, { layers: 5, kernel: 5 }]) {
      const cost = describeStack(stack, 24)
      const layer = convolution(plane, stack.kernel, 24)
      expect(cost.weights).toBe(stack.layers * (layer.parameters - 24))
      expect(cost.macsPerPosition * 400).toBe(stack.layers * layer.macs)
      expect(cost.rectifications).toBe(stack.layers)
    }
  })

  it('are those of section 2.3: 27 and 49 C², 81% more', () => {
    const small = describeStack(question.stack, 1)
    const large = describeStack(question.against, 1)
    expect([small.weights, large.weights]).toEqual([27, 49])
    expect(Math.floor((large.weights / small.weights - 1) * 100)).toBe(81)
    expect(small.receptiveField).toBe(large.receptiveField)
  })
})

describe('matchField', () => {
  it('keeps the layers where an odd kernel sees exactly as far, and takes one otherwise', () => {
    expect(matchField({ layers: 3, kernel: 3 }, { layers: 1, kernel: 3 })).toEqual({
      layers: 1,
      kernel: 7,
    })
    expect(matchField({ layers: 4, kernel: 3 }, { layers: 2, kernel: 7 })).toEqual({
      layers: 2,
      kernel: 5,
    })
    // 2 layers would need 4 × 4, 4 layers 2.5 × 2.5.
    for (const layers of [2, 4]) {
      expect(matchField({ layers: 3, kernel: 3 }, { layers, kernel: 3 })).toEqual({
        layers: 1,
        kernel: 7,
      })
    }
  })

  it('always sees as far', () => {
    for (let layers = 1; layers <= 12; layers += 2)
      for (let kernel = 1; kernel <= 15; kernel += 4)
        for (let other = 1; other <= 12; other++) {
          const found = matchField({ layers, kernel }, { layers: other, kernel: 3 })
          expect(spread(found).at(-1)).toBe(spread({ layers, kernel }).at(-1))
        }
  })
})
