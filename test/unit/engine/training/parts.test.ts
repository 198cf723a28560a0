import { describe, expect, test, vi } from 'vitest'
import {
  LearningRates,
  advanceSchedule,
  isBetter,
  startSchedule,
} from '../../../../src/main/engine/training/steps/schedule'
import {
  COMMAND_LINE_CALL_MS,
  WINDOW_CALL_MS,
  chooseMicroBatch,
} from '../../../../src/main/engine/training/steps/micro-batch'
import { RateMeter } from '../../../../src/main/engine/training/steps/meters'
import { TrainingPace } from '../../../../src/main/engine/training/steps/pace'
import { IDLE_STATUS } from '../../../../src/shared/contract'
import { makeRun } from '../../renderer/views/runs/make-run'
import { estimateSeconds } from '../../../../src/shared/spec'
import { RANGE, RangeLosses, rateOf } from '../../../../src/main/engine/training/trials/range-test'
import { cutLabelled } from '../../../../src/main/engine/network/cut-batch'
import { ScoreSum } from '../../../../src/main/engine/training/steps/scores'
import {
  encodeScalarEvent,
  encodeStartEvent,
  encodeVersionEvent,
} from '../../../../src/main/engine/runs/event-file'
import {
  SCHEDULES,
  defaultSettings,
  type RateChange,
  type Score,
  type TrainingSettings,
} from '../../../../src/shared/spec'

const score = (top1: number, loss = 1): Score => ({ loss, top1, top5: 1 })

describe('the schedule (section 3.1)', () => {
  test('divides by 10 after so many epochs without a better top-1, three times in all', () => {
    let state = startSchedule(0.01)
    const rates: number[] = []
    for (const top1 of [0.1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]) {
      state = advanceSchedule(state, score(top1), 2)
      rates.push(state.learningRate)
    }
    const expected = [0.01, 0.01, 0.01, 1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5, 1e-5]
    rates.forEach((rate, index) => expect(rate).toBeCloseTo(expected[index] ?? NaN, 12))
    expect(state.drops).toBe(3)
  })

  test('a better top-1 starts the count again', () => {
    let state = startSchedule(1)
    for (const top1 of [0.5, 0.4, 0.6, 0.5]) state = advanceSchedule(state, score(top1), 2)
    expect(state).toMatchObject({ learningRate: 1, epochsWithoutBetter: 1, bestTop1: 0.6 })
  })

  const rates = (changes: Partial<TrainingSettings>, made: readonly RateChange[] = []) => {
    const settings = { ...defaultSettings(), learningRate: 1, epochs: 10, ...changes }
    return new LearningRates(settings, 4, made)
  }
  const plateau = startSchedule(1)

  test('by steps, along a cosine, or as it is', () => {
    const step = rates({ schedule: 'step', stepEpochs: 3 })
    expect([1, 12, 13, 24, 25].map((at) => step.at(at, plateau))).toEqual([1, 1, 0.1, 0.1, 0.01])
    const cosine = rates({ schedule: 'cosine' })
    expect(cosine.at(1, plateau)).toBe(1)
    expect(cosine.at(21, plateau)).toBeCloseTo(0.5, 12)
    expect(cosine.at(40, plateau)).toBeGreaterThan(0)
    expect(cosine.at(40, plateau)).toBeLessThan(0.01)
    expect(rates({ schedule: 'constant' }).at(40, { ...plateau, learningRate: 0.1 })).toBe(1)
    expect(rates({}).at(40, { ...plateau, learningRate: 0.1 })).toBe(0.1)
  })

  test('warms up evenly, by the step, and then begins', () => {
    for (const schedule of SCHEDULES) {
      const warm = rates({ schedule, warmupEpochs: 1.5, stepEpochs: 5 })
      const rising = [1, 2, 3, 4, 5, 6].map((at) => warm.at(at, plateau))
      rising.forEach((rate, index) => expect(rate).toBeCloseTo((index + 1) / 6, 12))
      expect(warm.at(7, plateau)).toBeCloseTo(1, 2)
    }
  })

  test('a change by hand multiplies what the schedule says, from its step on', () => {
    const step = rates({ schedule: 'step', stepEpochs: 3 }, [{ step: 10, factor: 0.1 }])
    step.change(20, 0.5)
    expect([9, 10, 13, 20].map((at) => step.at(at, plateau))).toEqual([
      1,
      0.1,
      0.1 * 0.1,
      0.1 * 0.1 * 0.5,
    ])
    expect(step.changes).toHaveLength(2)
  })

  test('best is by top-1, then by loss', () => {
    expect(isBetter(score(0), null)).toBe(true)
    expect(isBetter(score(0.5, 2), score(0.4, 1))).toBe(true)
    expect(isBetter(score(0.5, 0.9), score(0.5, 1))).toBe(true)
    expect(isBetter(score(0.5, 1), score(0.5, 1))).toBe(false)
  })
})

describe('the learning-rate range test', () => {
  const play = (lossOf: (rate: number) => number): RangeLosses => {
    const losses = new RangeLosses()
    for (let step = 0; step < RANGE.steps && !losses.isDiverged; step++)
      losses.add(rateOf(step), lossOf(rateOf(step)))
    return losses
  }

  test('goes through the range evenly in the logarithm', () => {
    expect(rateOf(0)).toBeCloseTo(RANGE.first, 12)
    expect(rateOf(RANGE.steps - 1)).toBeCloseTo(RANGE.last, 12)
    expect(rateOf(11) / rateOf(10)).toBeCloseTo(rateOf(91) / rateOf(90), 12)
  })

  test('ends where the loss goes up for good, and at one that is no number', () => {
    // Lowest at 0.01 in the logarithm, and steep beyond.
    const losses = play((rate) => 1 + (Math.log10(rate) + 2) ** 2 * (rate > 0.01 ? 20 : 0.2))
    expect(losses.isDiverged).toBe(true)
    expect(losses.points.length).toBeLessThan(RANGE.steps)
    const broken = play((rate) => (rate > 1e-4 ? NaN : 2))
    expect(broken.isDiverged).toBe(true)
    expect(broken.points.every(({ loss }) => Number.isFinite(loss))).toBe(true)
  })
})

describe('micro-batches', () => {
  test('the whole batch where that is quick', () => {
    expect(chooseMicroBatch(32, { fixedMs: 5, perPictureMs: 10 }, WINDOW_CALL_MS)).toBe(32)
  })

  test('near a second where that costs under 5%: even shares', () => {
    // D in float32 on two cores: 15 s a step of 32, little fixed cost.
    const size = chooseMicroBatch(32, { fixedMs: 20, perPictureMs: 450 }, WINDOW_CALL_MS)
    expect(size).toBe(2)
    expect(chooseMicroBatch(32, { fixedMs: 2, perPictureMs: 100 }, WINDOW_CALL_MS)).toBe(8)
  })

  test('longer calls where short ones would cost more, but never beyond what a question waits', () => {
    const time = { fixedMs: 150, perPictureMs: 450 }
    const size = chooseMicroBatch(32, time, WINDOW_CALL_MS)
    expect(size).toBeGreaterThan(1)
    expect(time.fixedMs + time.perPictureMs * size).toBeLessThanOrEqual(2200)
  })

  test('longer calls where nobody asks: whole batches, or many pictures of large ones', () => {
    // D in float32 on two cores, where a picture by itself costs a fifth more.
    const time = { fixedMs: 270, perPictureMs: 1020 }
    expect(chooseMicroBatch(8, time, WINDOW_CALL_MS)).toBe(1)
    expect(chooseMicroBatch(8, time, COMMAND_LINE_CALL_MS)).toBe(8)
    expect(chooseMicroBatch(256, time, COMMAND_LINE_CALL_MS)).toBe(9)
  })

  test('one picture where even that takes long', () => {
    expect(chooseMicroBatch(8, { fixedMs: 100, perPictureMs: 5000 }, WINDOW_CALL_MS)).toBe(1)
  })

  test('a batch is cut into views that cover it', () => {
    const batch = {
      count: 5,
      pixels: Uint8Array.from({ length: 15 }, (_, index) => index),
      labels: Int32Array.of(0, 1, 2, 3, 4),
      colourShift: Float32Array.from({ length: 15 }, (_, index) => index),
    }
    const parts = [...cutLabelled(batch, 2)]
    expect(parts.map(({ count }) => count)).toEqual([2, 2, 1])
    expect(parts.flatMap(({ labels }) => [...labels])).toEqual([0, 1, 2, 3, 4])
    expect(parts.flatMap(({ pixels }) => [...pixels])).toEqual([...batch.pixels])
    expect(parts.flatMap(({ colourShift }) => [...(colourShift ?? [])])).toEqual([
      ...batch.colourShift,
    ])
    expect(parts[1]?.pixels.buffer).toBe(batch.pixels.buffer)
  })
})

describe('scores and meters', () => {
  test('sums of batches of any size add up to the mean', () => {
    const sum = new ScoreSum()
    sum.add({ count: 3, lossSum: 6, top1: 1, top5: 3 })
    sum.add({ count: 1, lossSum: 2, top1: 1, top5: 1 })
    expect(sum.mean).toEqual({ loss: 2, top1: 0.5, top5: 1 })
  })

  test('the rate is not told before it is known, and follows the last ten seconds', () => {
    const rate = new RateMeter()
    rate.add(0, 0)
    rate.add(10, 0.4)
    rate.add(10, 0.8)
    expect(rate.imagesPerSecond).toBeNull()
    rate.add(10, 1.2)
    expect(rate.imagesPerSecond).toBeCloseTo(25)
    for (let second = 2; second < 30; second++) rate.add(100, second)
    expect(rate.imagesPerSecond).toBeCloseTo(100)
  })

  test('the rate is known in epochs shorter than a second too, and is of training alone', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const pace = new TrainingPace()
      pace.begin(0)
      for (let epoch = 1; epoch <= 8; epoch++) {
        pace.beginEpoch(0)
        for (let call = 0; call < 2; call++) {
          vi.advanceTimersByTime(100)
          pace.count(16)
        }
        pace.beginValidation()
        vi.advanceTimersByTime(500)
        pace.endEpoch()
      }
      const { run } = makeRun({ run: { ...makeRun().run, trainImages: 32 } })
      const status = { ...IDLE_STATUS, epoch: 8, epochs: 10 }
      const told = pace.describe(status, run, null)
      expect(told.imagesPerSecond).toBeCloseTo(160)
      // Two epochs of 0.2 s, and three ends of epochs.
      expect(told.etaSeconds).toBeCloseTo(2 * 0.2 + 3 * 0.5)
    } finally {
      vi.useRealTimers()
    }
  })

  test('the time to go counts pictures and the ends of epochs', () => {
    const work = { trainImages: 1000, validations: 3, validationImages: 60 }
    expect(estimateSeconds(work, null, 2)).toBeNull()
    expect(estimateSeconds(work, 100, 2)).toBeCloseTo(16)
    expect(estimateSeconds(work, 100, null)).toBeCloseTo(10.6)
  })
})

describe('the event file, byte by byte', () => {
  test('version, scalar and start events', () => {
    expect(encodeVersionEvent(1.5).toString('hex')).toBe(
      `09000000000000f83f1a0d${Buffer.from('brain.Event:2').toString('hex')}`,
    )
    // wall_time 1.5; step 300; summary { value { tag "a", simple_value 0.5 } }
    expect(encodeScalarEvent(1.5, 300, [{ tag: 'a', value: 0.5 }]).toString('hex')).toBe(
      '09000000000000f83f10ac022a0a0a080a0161150000003f',
    )
    expect(encodeStartEvent(1.5, 6).toString('hex')).toBe('09000000000000f83f10063a020801')
  })
})
