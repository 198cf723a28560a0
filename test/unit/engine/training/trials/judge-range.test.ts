import { describe, expect, test } from 'vitest'
import { judgeRange } from '../../../../../src/main/engine/training/trials/judge-range'
import {
  RANGE,
  RangeLosses,
  rateOf,
} from '../../../../../src/main/engine/training/trials/range-test'
import { RECORDED_RANGES as recorded } from '../../../../support/recorded-ranges'

/** Judges the losses of a test by their order, as far as the test goes. */
function judge(losses: readonly number[], classes = 10) {
  const range = new RangeLosses()
  for (const [step, loss] of losses.entries()) {
    if (!range.isDiverged) range.add(rateOf(step), loss)
  }
  return judgeRange(range.points, classes, range.isDiverged)
}

/** Losses by the logarithm of the rate, -6 to 0, with a scatter of that deviation that a seed repeats. */
const draw = (lossOf: (decades: number) => number, scatter = 0, seed = 1): number[] =>
  Array.from({ length: RANGE.steps }, (_, step) => {
    const uniform = (Math.abs(Math.sin(step * 12.9898 + seed * 78.233)) * 43758.5453) % 1
    return lossOf(Math.log10(rateOf(step))) + scatter * Math.sqrt(12) * (uniform - 0.5)
  })
const guessing = Math.log(10)

describe('no rate is suggested', () => {
  test.each(['digits', 'digits-64'] as const)(
    'where the loss falls to that of guessing and no further (%s, recorded)',
    (name) => {
      const { losses, classes } = recorded[name]
      const { candidate, verdict } = judge(losses, classes)
      expect(candidate).toBeNull()
      expect(verdict).toMatch(
        /^The loss fell from 1[35]\.\d to 2\.(3|29), that of guessing among 10 classes, and no lower .*0\.\d+, where it diverged\./,
      )
      expect(verdict).toMatch(/keep 0\.001 and watch the first epochs/)
    },
  )

  test('where it is flat, to the end of the test or until it diverges', () => {
    expect(judge(draw(() => guessing, 0.02))).toMatchObject({
      candidate: null,
      verdict: expect.stringMatching(
        /^The loss stayed at 2\.3\d*, that of guessing among 10 classes, at any rate up to 1\. No rate/,
      ) as string,
    })
    const exploding = draw((decades) => (decades < -0.5 ? guessing : 6e17), 0.02)
    expect(judge(exploding)).toMatchObject({
      candidate: null,
      verdict: expect.stringMatching(
        /^The loss stayed at 2\.3\d*, .* up to a rate of 0\.3\d, where it diverged\./,
      ) as string,
    })
  })

  test('where it only rises', () => {
    expect(judge(draw((decades) => 1 + (decades + 6) / 3))).toMatchObject({
      candidate: null,
      verdict: expect.stringMatching(
        /^The loss was 1\.\d+ at the start and got no lower/,
      ) as string,
    })
  })

  test('where the start explodes (recorded), or ends at once', () => {
    const { losses, classes } = recorded['digits-paper']
    expect(judge(losses, classes)).toMatchObject({
      candidate: null,
      verdict: expect.stringMatching(
        /never came down to 2\.3, .*use the initialisation glorot/,
      ) as string,
    })
    expect(judge([2e6, 5e9, NaN])).toMatchObject({
      candidate: null,
      verdict: expect.stringMatching(/^The test ended after 2 updates, .* glorot/) as string,
    })
    expect(judge([NaN]).verdict).toMatch(/^The test ended after 0 updates/)
  })

  test('where the losses do nothing but scatter, much or little', () => {
    for (const scatter of [0.01, 0.1, 0.5]) {
      const found = Array.from({ length: 100 }, (_, seed) =>
        judge(draw(() => guessing, scatter, seed)),
      ).filter(({ candidate }) => candidate !== null)
      expect(found.length, String(scatter)).toBeLessThan(5)
    }
  })

  test('where the scatter is larger than the fall', () => {
    const losses = draw((decades) => guessing - (decades > -2 ? 0.15 : 0), 0.6)
    expect(judge(losses)).toMatchObject({
      candidate: null,
      verdict: expect.stringMatching(/but not clearly: .* Repeat the test with larger/) as string,
    })
  })
})

describe('a rate is suggested where the loss fell', () => {
  test('a tenth of the highest that kept it low, well before it rises', () => {
    // Falls from 1e-4 on, lowest at 1e-2, and steep beyond.
    const { candidate, verdict } = judge(
      draw((decades) =>
        decades < -4 ? 2.3 : decades < -2 ? 2.3 - (decades + 4) / 2 : 1.3 + 9 * (decades + 2),
      ),
    )
    expect(candidate).toBeGreaterThan(3e-4)
    expect(candidate).toBeLessThan(1.5e-3)
    expect(verdict).toMatch(/^The loss fell from 2\.3 to 1\.\d+ \(guessing: 2\.3\) and stayed low/)
  })

  test('falling to the end of the test', () => {
    const { candidate } = judge(draw((decades) => 2.3 - Math.max(0, decades + 4) / 4))
    expect(candidate).toBeGreaterThan(0.03)
    expect(candidate).toBeLessThanOrEqual(0.1)
  })

  test('until the loss is no number', () => {
    const { candidate } = judge(
      draw((decades) => (decades > -3 ? NaN : 2.3 - Math.max(0, decades + 5) / 2)),
    )
    expect(candidate).toBeGreaterThan(3e-5)
    expect(candidate).toBeLessThanOrEqual(1e-4)
  })

  test('with much scatter, from scratch and from given weights (recorded)', () => {
    const sample = judge(recorded.sample.losses, recorded.sample.classes).candidate
    expect(sample).toBeGreaterThan(2e-4)
    expect(sample).toBeLessThan(1e-3)
    const tuned = judge(recorded['digits-ft'].losses, recorded['digits-ft'].classes).candidate
    expect(tuned).toBeGreaterThan(3e-5)
    expect(tuned).toBeLessThan(4e-4)
  })
})
