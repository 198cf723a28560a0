import { describe, expect, it } from 'vitest'
import type { UnitArithmetic, WeightedSum } from '../../../../src/shared/contract'
import {
  gatherShown,
  nameInput,
  nameUnit,
  nameWindow,
  placeBelow,
  strongestInput,
  tabulateInputs,
} from '../../../../src/renderer/src/views/inspect/arithmetic/arithmetic-words'

/** A 3 x 3 window at the upper left corner: its first row and column are padding. */
const STEPS: WeightedSum = {
  kind: 'weighted-sum',
  terms: [
    {
      channel: 2,
      patch: Float32Array.of(0, 0, 0, 0, 1, 2, 0, 3, 4),
      weights: Float32Array.of(9, 9, 9, 9, 1, -1, 9, 0, -2),
      sum: -9,
    },
    {
      channel: 0,
      patch: Float32Array.of(0, 0, 0, 0, 1, 1, 0, 1, 1),
      weights: Float32Array.of(0, 0, 0, 0, 1, 1, 0, 1, 1),
      sum: 4,
    },
  ],
  sums: Float32Array.of(4, 0.5, -9, 1),
  bias: 1,
  preRelu: -2.5,
  relu: true,
  computedPreRelu: -2.5,
}
const UNIT: UnitArithmetic = {
  unit: { layer: 'conv3_2', row: 0, column: 0, channel: 7 },
  below: 'conv3_1',
  inputShape: [8, 8, 4],
  channelOrder: 'RGB',
  window: { row: -1, column: -1, side: 3 },
  steps: STEPS,
  factor: 1,
  value: 0,
  step: null,
  elapsedMs: 1,
}

describe('the inputs of a unit', () => {
  it('are told with what lies in the padding, and those that are not shown summed up', () => {
    const { terms, others, othersSum } = gatherShown(UNIT, STEPS, 1)
    expect(terms.map(({ name, sum }) => [name, sum])).toEqual([['Channel 2', -9]])
    const [term] = terms
    expect(term?.patch.map(({ isPadding }) => isPadding)).toEqual(
      [1, 1, 1, 1, 0, 0, 1, 0, 0].map(Boolean),
    )
    expect(term?.products.reduce((sum, product) => sum + product, 0)).toBe(-9)
    expect([others, othersSum]).toEqual([3, 5.5])
    expect(gatherShown(UNIT, STEPS, 12)).toMatchObject({ others: 2, othersSum: 1.5 })
  })

  it('lead to the place of the largest product, never into the padding', () => {
    const [term] = gatherShown(UNIT, STEPS, 1).terms
    if (term === undefined) throw new Error('Expected a term.')
    expect(strongestInput(UNIT, term)).toEqual({
      layer: 'conv3_1',
      row: 1,
      column: 1,
      channel: 2,
    })
    expect(placeBelow(UNIT, 0)).toBeNull()
    // A channel that is silent in the whole window still leads to a unit that there is.
    const silent = { channel: 1, products: new Array<number>(9).fill(0) }
    expect(strongestInput(UNIT, silent)).toMatchObject({ row: 0, column: 0, channel: 1 })
  })

  it('have names: colours in the order that the weights expect, units, channels', () => {
    const picture = { below: 'input', inputShape: [8, 8, 3], channelOrder: 'BGR' } as const
    expect([0, 1, 2].map((channel) => nameInput(picture, channel))).toEqual([
      'Blue',
      'Green',
      'Red',
    ])
    expect(nameInput({ ...picture, channelOrder: 'RGB' }, 0)).toBe('Red')
    expect(nameInput({ ...UNIT, below: 'fc6', inputShape: [1, 1, 9] }, 8)).toBe('Unit 8')
    expect(nameUnit(UNIT.unit)).toBe('conv3_2 (x 0, y 0, c 7)')
    expect(nameUnit(UNIT.unit, true)).toBe('conv3_2 (c 7)')
    expect(nameWindow(UNIT.window)).toBe('rows −1 to 1, columns −1 to 1')
  })

  it('leave as a table that adds up, the largest in size first', () => {
    const { rows } = tabulateInputs(UNIT, STEPS)
    expect(rows).toEqual([
      [1, 'Channel 2', -9, -9],
      [2, 'Channel 0', 4, -5],
      [3, 'Channel 3', 1, -4],
      [4, 'Channel 1', 0.5, -3.5],
    ])
  })
})
