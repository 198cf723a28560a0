import { describe, expect, test } from 'vitest'
import { orderChannels } from '../../../../../src/renderer/src/views/inspect/unit/channel-order'
import {
  rankClasses,
  takeEnds,
} from '../../../../../src/renderer/src/views/inspect/unit/class-ranks'
import { tableOfDistribution } from '../../../../../src/renderer/src/views/inspect/unit/survey-tables'
import type { LayerSurvey, UnitSurvey } from '../../../../../src/shared/contract'

const SURVEY = {
  peak: Float32Array.of(3, NaN, 9, 9),
  silentShare: Float32Array.of(0.5, 1, 0, 0.25),
  selectivity: {
    peaks: { index: Float32Array.of(0.2, NaN, 0.1, 0.9), favourite: Int32Array.of(0, -1, 1, 1) },
    means: { index: Float32Array.of(0.8, NaN, 0.1, 0.3), favourite: Int32Array.of(0, -1, 1, 1) },
  },
} as unknown as LayerSurvey

describe('channels in an order', () => {
  test.each([
    ['number', 'peaks', [0, 1, 2, 3]],
    ['selectivity', 'peaks', [3, 0, 2, 1]],
    ['selectivity', 'means', [0, 3, 2, 1]],
    ['peak', 'peaks', [2, 3, 0, 1]],
    ['silent', 'peaks', [1, 0, 3, 2]],
  ] as const)('by %s of %s', (order, measure, expected) => {
    expect([...orderChannels(SURVEY, order, measure)]).toEqual(expected)
  })
})

describe('classes of a channel', () => {
  const unit = {
    classes: [
      { className: 'a', pictures: 2, peaks: 1, means: 9 },
      { className: 'b', pictures: 2, peaks: 5, means: 3 },
      { className: 'c', pictures: 2, peaks: 3, means: 0 },
    ],
  } as unknown as UnitSurvey

  test('are ranked by how far their mean lies from that of all', () => {
    expect(
      rankClasses(unit, 'peaks').map(({ className, difference }) => [className, difference]),
    ).toEqual([
      ['b', 2],
      ['c', 0],
      ['a', -2],
    ])
    expect(rankClasses(unit, 'means')[0]).toMatchObject({ className: 'a', mean: 9, difference: 5 })
  })

  test('keep their ends where there are many', () => {
    expect(takeEnds([1, 2, 3, 4], 2)).toEqual({ first: [1, 2, 3, 4], left: 0, last: [] })
    expect(takeEnds([1, 2, 3, 4, 5], 2)).toEqual({ first: [1, 2], left: 1, last: [4, 5] })
  })
})

test('the distribution of a channel leaves as bins that hold something, silent pictures first', () => {
  const unit = {
    layer: 'conv2_1',
    channel: 3,
    pictures: 9,
    silent: 4,
    histogram: { counts: Float32Array.of(0, 0, 2, 3), limit: 8 },
  } as unknown as UnitSurvey
  expect(tableOfDistribution(unit).rows).toEqual([
    [0, 0, 4],
    [0, 4, 2],
    [4, 8, 3],
  ])
})
