import { describe, expect, it } from 'vitest'
import { stepNumber } from '../../../src/renderer/src/components/number-step'
import {
  STACK_PARAMETERS,
  checkNumber,
  readStackKnobs,
  turnStackKnob,
  type StackKnob,
  type StackQuestion,
} from '../../../src/shared/spec'
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

const question: StackQuestion = {
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

describe('a question of stacks', () => {
  it('has defaults that are the case of section 2.3', () => {
    const defaults = Object.entries(STACK_PARAMETERS).map(([knob, { default: own }]) => [knob, own])
    expect(Object.fromEntries(defaults)).toEqual(readStackKnobs(question))
  })

  it('turns one knob at a time', () => {
    for (const knob of Object.keys(STACK_PARAMETERS) as StackKnob[]) {
      const turned = readStackKnobs(turnStackKnob(question, knob, 11))
      expect(turned).toEqual({ ...readStackKnobs(question), [knob]: 11 })
    }
  })

  it('tells each number that is out of its range, with the range', () => {
    const bad = {
      stack: { layers: 0, kernel: 4 },
      against: { layers: 13, kernel: 17 },
      channels: 4097,
      sizePx: Number.NaN,
    }
    const faults = Object.entries(readStackKnobs(bad)).map(([knob, value]) =>
      checkNumber(STACK_PARAMETERS[knob as StackKnob], value),
    )
    expect(faults).toEqual([
      'Layers in the stack must be a whole number from 1 to 12; got 0.',
      'Kernel must be an odd number from 1 to 15; got 4.',
      'Layers against it must be a whole number from 1 to 12; got 13.',
      'Kernel against it must be an odd number from 1 to 15; got 17.',
      'Channels must be a whole number from 1 to 4096; got 4097.',
      'Plane must be a whole number from 1 to 1024 px; got NaN.',
    ])
    expect(checkNumber(STACK_PARAMETERS.stackKernel, -1)).not.toBeNull()
  })

  it('steps odd numbers to odd numbers', () => {
    const kernel = STACK_PARAMETERS.stackKernel
    expect([3, 4, 15].map((value) => stepNumber(kernel, value, 1))).toEqual([5, 5, 15])
    expect([3, 4, 1].map((value) => stepNumber(kernel, value, -1))).toEqual([1, 3, 1])
  })
})
