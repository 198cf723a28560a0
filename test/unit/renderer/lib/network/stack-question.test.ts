import { describe, expect, it } from 'vitest'
import { stepNumber } from '../../../../../src/renderer/src/components/number-step'
import {
  STACK_PARAMETERS,
  readStackKnobs,
  turnStackKnob,
  type StackKnob,
  type StackQuestion,
} from '../../../../../src/renderer/src/lib/network/stack-question'
import { checkNumber } from '../../../../../src/shared/spec'

const question: StackQuestion = {
  stack: { layers: 3, kernel: 3 },
  against: { layers: 1, kernel: 7 },
  channels: 256,
  sizePx: 56,
}

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
      'Compared layers must be a whole number from 1 to 12; got 13.',
      'Compared kernel must be an odd number from 1 to 15; got 17.',
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
