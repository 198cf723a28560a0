import { describe, expect, test } from 'vitest'
import { LossWatch } from '../../../../src/main/engine/training/steps/loss-watch'
import { toErrorInfo } from '../../../../src/shared/contract'
import { defaultSettings } from '../../../../src/shared/spec'

const place = { where: 'in step 12 (epoch 1)', learningRate: 0.01, savedStep: 0 }

/** The first loss that stops a run, and its error; null where none does. */
function findStop(losses: readonly number[], classes = 10, watch = watchOf(classes)) {
  for (const loss of losses) {
    try {
      watch.check(loss, place)
    } catch (error) {
      return { loss, ...toErrorInfo(error) }
    }
    watch.add(loss)
  }
  return null
}
const watchOf = (classes = 10, before: readonly number[] = []) =>
  new LossWatch(classes, defaultSettings(), before)

describe('a run is stopped by its loss', () => {
  test('at the first that is out of all proportion, with the step and what to try', () => {
    // Digits at a rate that is too high.
    const stop = findStop([2.4, 2.3, 2.31, 2.9, 41, 6.2e8, 6e17, NaN])
    expect(stop).toMatchObject({
      loss: 6.2e8,
      code: 'diverged',
      message:
        'Training diverged in step 12 (epoch 1): expected a loss not far from 2.33, the lowest so far; got 6.2e+8, at learning rate 0.01.',
      hint: 'Try a lower learning rate (0.001) or a warm-up. There is no checkpoint yet: the run can start again at another rate (--resume --lr 0.001).',
    })
  })

  test('at one that is no number, were it the first', () => {
    for (const loss of [NaN, Infinity]) expect(findStop([loss])?.code).toBe('diverged')
    const sum = { count: 1, lossSum: NaN, top1: 0, top5: 0 }
    expect(() => watchOf().checkFinite(sum, place)).toThrow(/near 2.3, that of guessing; got NaN/)
  })

  test('where it grows slowly, too', () => {
    const growing = Array.from({ length: 40 }, (_, step) => 2.3 * 1.5 ** step)
    expect(findStop(growing)?.loss).toBeLessThan(500)
  })

  test('where it diverges again after it went on', () => {
    const losses = [2.3, 1.1, 0.4]
    expect(findStop([7e5], 10, watchOf(10, losses))?.loss).toBe(7e5)
  })

  test('and is told of the start and of the checkpoint', () => {
    const settings = { ...defaultSettings(), initialisation: 'paper', warmupEpochs: 2 } as const
    const check = () => new LossWatch(10, settings).check(NaN, { ...place, savedStep: 300 })
    expect(check).toThrow(
      expect.objectContaining({
        hint: 'Try a lower learning rate (0.001) or the initialisation glorot. The checkpoint of step 300 is kept: the run can continue from it at another rate (--resume --lr 0.001).',
      }) as Error,
    )
  })
})

describe('a healthy run goes on', () => {
  test('from scores that start out large, and grow before they fall', () => {
    expect(findStop([1005, 2800, 900, 320, 84, 46, 9, 2.4, 2.3, 1.1, 0.2])).toBeNull()
    expect(findStop([122_646, 20_431, 11_414, 2.31, 3670, 2.31])).toBeNull()
  })

  test('with single pictures that it gets wrong, learned by heart or not', () => {
    const learned = Array.from({ length: 300 }, (_, step) => (step % 50 === 49 ? 38 : 1e-6))
    expect(findStop(learned, 2)).toBeNull()
    expect(findStop([2.3, 14.6, 31, 8, 17, 1.2])).toBeNull()
  })

  test('with a thousand classes', () => {
    expect(findStop([6.9, 7.4, 60, 6.9])).toBeNull()
  })
})
