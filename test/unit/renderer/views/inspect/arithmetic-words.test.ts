import { describe, expect, it } from 'vitest'
import type { ShownSum } from '../../../../../src/renderer/src/components/sum/sum-terms'
import type { UnitArithmetic, WeightedSum } from '../../../../../src/shared/contract'
import { rankChannels } from '../../../../../src/shared/convolution'
import {
  gatherShown,
  limitCells,
  nameInput,
  nameUnit,
  nameWindow,
  placeBelow,
  strongestInput,
  tabulateInputs,
} from '../../../../../src/renderer/src/views/inspect/arithmetic/arithmetic-words'

/** `[side, side, C]` of the planes of C channels. */
function interleave(planes: readonly (readonly number[])[]): Float32Array {
  const taps = planes[0]?.length ?? 0
  return Float32Array.from(
    { length: taps * planes.length },
    (_, place) => planes[place % planes.length]?.[Math.floor(place / planes.length)] ?? NaN,
  )
}

/** A 3 x 3 window at the upper left corner: its first row and column are padding. */
const STEPS: WeightedSum = {
  kind: 'weighted-sum',
  patch: interleave([
    [0, 0, 0, 0, 1, 1, 0, 1, 1],
    [0, 0, 0, 0, 0.5, 0, 0, 0, 0],
    [0, 0, 0, 0, 1, 2, 0, 3, 4],
    [0, 0, 0, 0, 0, 0, 0, 0, 1],
  ]),
  kernel: interleave([
    [0, 0, 0, 0, 1, 1, 0, 1, 1],
    [0, 0, 0, 0, 1, 0, 0, 0, 0],
    [9, 9, 9, 9, 1, -1, 9, 0, -2],
    [0, 0, 0, 0, 0, 0, 0, 0, 1],
  ]),
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

const show = (first: number, count: number): ShownSum =>
  gatherShown(UNIT, STEPS, rankChannels(STEPS.sums), { first, count })

describe('the inputs of a unit', () => {
  it('are told with what lies in the padding, and those that are not shown summed up', () => {
    const { terms, others, othersSum } = show(0, 1)
    expect(terms.map(({ name, sum }) => [name, sum])).toEqual([['Channel 2', -9]])
    const [term] = terms
    expect(term?.patch.map(({ isPadding }) => isPadding)).toEqual(
      [1, 1, 1, 1, 0, 0, 1, 0, 0].map(Boolean),
    )
    expect(term?.products.reduce((sum, product) => sum + product, 0)).toBe(-9)
    expect([others, othersSum]).toEqual([3, 5.5])
    expect(show(0, 12)).toMatchObject({ earlier: 0, others: 0, othersSum: 0 })
  })

  it('are told page by page, with what the pages before and after add', () => {
    const { terms, ...rest } = show(1, 2)
    expect(terms.map(({ channel, sum }) => [channel, sum])).toEqual([
      [0, 4],
      [3, 1],
    ])
    expect(rest).toEqual({ earlier: 1, earlierSum: -9, others: 1, othersSum: 0.5 })
    expect(limitCells(STEPS)).toEqual({ patch: 4, weights: 9, products: 8 })
  })

  it('lead to the place of the largest product, never into the padding', () => {
    const [term] = show(0, 1).terms
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
