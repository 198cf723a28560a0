import { describe, expect, it } from 'vitest'
import {
  estimateRun,
  findKnownPace,
  paceKey,
} from '../../../../../src/renderer/src/lib/network/run-pace'
import {
  describeDuration,
  describeSpace,
} from '../../../../../src/renderer/src/views/train/estimate-words'
import { defaultSettings, planCheckpoints } from '../../../../../src/shared/spec'
import { makeRun } from '../runs/make-run'

const settings = { ...defaultSettings(64), epochs: 50, batchSize: 16 }
const images = { train: 192, validation: 48, parameters: 3e6 }

describe('the time of a run before it starts', () => {
  it('follows from a measured update: all epochs, each with a validation at a third of the cost', () => {
    const pace = { imagesPerSecond: 16 / 0.24, asIn: null }
    const estimate = estimateRun(settings, images, pace)
    expect(estimate.stepsPerEpoch).toBe(12)
    expect(estimate.secondsPerStep).toBeCloseTo(0.24)
    // 12 updates, 48 pictures of validation, and 24 MB of checkpoint.
    expect(estimate.seconds).toBeCloseTo(50 * (12 * 0.24 + 0.24 + 0.1 + 0.16))
    expect(describeDuration(settings, estimate, pace)).toBe(
      'about 2 min 50 s (50 epochs of 12 steps at 0.24 s, measured)',
    )
    const stopped = { ...settings, epochs: 500, earlyStopping: 5 }
    expect(describeDuration(stopped, estimateRun(stopped, images, pace), pace)).toMatch(
      /^at most about 28 min \(500 epochs/,
    )
  })

  it('is that of an earlier run of the same network, batch and precision where there is one', () => {
    const { network } = makeRun().run
    const run = {
      ...makeRun().run,
      settings: { ...settings, width: network.width },
      trainImages: 80,
      validationImages: 30,
      trainedSeconds: 45,
    }
    const earlier = makeRun({ epochs: 5, run: { ...run, name: 'A-1' } })
    const pace = findKnownPace([earlier], run.settings, network.classes)
    // Nine seconds an epoch, in which validation counted as ten pictures.
    expect(pace).toEqual({ imagesPerSecond: 10, asIn: 'A-1' })
    const others = [
      { ...run.settings, batchSize: 8 },
      { ...run.settings, inputSize: 32 },
      { ...run.settings, precision: 'bfloat16' as const },
    ]
    for (const other of others) expect(findKnownPace([earlier], other, network.classes)).toBeNull()
    expect(findKnownPace([earlier], run.settings, 9)).toBeNull()
    // The pace does not depend on what does not change an update.
    expect(paceKey({ ...settings, epochs: 7, learningRate: 1 }, 2)).toBe(paceKey(settings, 2))
  })

  it('is not taken from a run that was imported, or cut off in its first epochs', () => {
    const { run } = makeRun()
    const imported = { file: '/w.onnx', hasClassifier: true, notes: [] }
    const runs = [
      makeRun({ run: { ...run, imported } }),
      makeRun({ epochs: 2, run: { ...run, state: 'stopped' } }),
    ]
    expect(findKnownPace(runs, run.settings, 2)).toBeNull()
  })
})

describe('the space of checkpoints', () => {
  it('is of weights and velocity: the best, the newest, those kept for good, and one being written', () => {
    const keep = { epochs: 50, keepLast: 2, keepEvery: 0 }
    expect(planCheckpoints(1e6, keep)).toEqual({ count: 4, bytesEach: 8e6, bytes: 32e6 })
    expect(planCheckpoints(1e6, { ...keep, keepEvery: 10 }).count).toBe(9)
    expect(planCheckpoints(1e6, { ...keep, epochs: 1 }).count).toBe(2)
  })

  it('is told with what is free, and where that is not enough', () => {
    const kept = { ...settings, keepLast: 2, keepEvery: 0 }
    expect(describeSpace(34_500_000, kept, 50e9)).toEqual({
      text: 'up to 1.1 GB of checkpoints (4 of 280 MB each); 50 GB free',
      isShort: false,
    })
    expect(describeSpace(34_500_000, kept, 0.9e9).isShort).toBe(true)
    expect(describeSpace(34_500_000, kept, null)).toMatchObject({ isShort: false })
  })
})
