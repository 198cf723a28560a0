import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CheckpointSlide } from '../../../../src/renderer/src/state/checkpoint-slide.svelte'
import type { ModelRef } from '../../../../src/shared/contract'
import {
  NO_LABELS,
  checkpointName,
  defaultSettings,
  paperPreprocessing,
  type EpochMetrics,
  type RunSummary,
} from '../../../../src/shared/spec'

const FOLDER = '/runs/digits'
const CHECKPOINTS = [1, 2, 4, 8].map((epoch) => checkpointName(epoch))
const score = (top1: number) => ({ loss: 1, top1, top5: 1 })
const epochOf = (epoch: number): EpochMetrics => ({
  kind: 'epoch',
  epoch,
  step: 10 * epoch,
  seconds: 1,
  learningRate: 0.01,
  train: score(0),
  validation: score(epoch / 10),
  imagesPerSecond: 1,
  isBest: false,
})
const none = new Float64Array(0)
const noSteps = {
  step: none,
  epoch: none,
  seconds: none,
  learningRate: none,
  loss: none,
  top1: none,
  top5: none,
}
const run: RunSummary = {
  folder: FOLDER,
  run: {
    version: 1,
    name: 'digits',
    created: '2026-01-01T00:00:00Z',
    network: { configuration: 'A', inputSize: 32, classes: 2, width: 0.25 },
    classNames: ['cat', 'dog'],
    preprocessing: paperPreprocessing([0, 0, 0], 32),
    settings: defaultSettings(32),
    dataFolder: '/data',
    trainImages: 1,
    validationImages: 1,
    trainedSeconds: 1,
    versions: { lab: '', tensorflow: '' },
    state: 'finished',
    failure: null,
  },
  labels: NO_LABELS,
  isLocked: false,
  epochs: 8,
  activeAt: '2026-01-01T01:00:00Z',
  best: { epoch: 4, validation: score(0.4) },
  checkpoints: CHECKPOINTS,
}

/** An inspection whose networks take as long to load as a test says. */
class SlowInspection {
  model: ModelRef | null = { kind: 'run', folder: FOLDER, checkpoint: null }
  readonly asked: (string | null)[] = []
  #finish: (() => void)[] = []

  async chooseModel(model: ModelRef): Promise<void> {
    this.model = model
    this.asked.push(model.kind === 'run' ? model.checkpoint : null)
    await new Promise<void>((done) => this.#finish.push(done))
  }

  /** Finishes the load that goes on; false where none does. */
  async finish(): Promise<boolean> {
    const done = this.#finish.shift()
    done?.()
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    return done !== undefined
  }
}

let inspection: SlowInspection
let slide: CheckpointSlide

beforeEach(() => {
  vi.useFakeTimers()
  inspection = new SlowInspection()
  slide = new CheckpointSlide(
    inspection,
    () => [run],
    () => Promise.resolve({ steps: noSteps, epochs: [1, 2, 3, 4].map(epochOf) }),
  )
})
afterEach(() => vi.useRealTimers())

describe('sliding through the checkpoints of a run', () => {
  test('begins at the best one, and tells what its epoch measured', async () => {
    expect([slide.name, slide.index, slide.isBest]).toEqual(['epoch-0004', 2, true])
    expect(slide.metrics).toBeNull()
    await slide.readMetrics()
    expect(slide.metrics).toMatchObject({ epoch: 4, step: 40, validation: { top1: 0.4 } })
  })

  test('loads one network at a time, and of the places passed meanwhile the last alone', async () => {
    const slid = [0, 1, 3].map((index) => slide.slideTo(index))
    expect(inspection.asked).toEqual(['epoch-0001'])
    expect([slide.name, slide.index]).toEqual(['epoch-0008', 3])
    await inspection.finish()
    expect(inspection.asked).toEqual(['epoch-0001', 'epoch-0008'])
    await inspection.finish()
    await Promise.all(slid)
    expect(await inspection.finish()).toBe(false)
    expect([slide.name, slide.isBest, slide.metrics]).toEqual(['epoch-0008', false, null])
  })

  test('plays to the last one, each shown for a while, however fast it loads', async () => {
    const played = slide.play()
    expect(slide.isPlaying).toBe(true)
    await inspection.finish()
    await vi.advanceTimersByTimeAsync(10_000)
    await played
    expect(inspection.asked).toEqual(['epoch-0008'])
    expect(slide.isPlaying).toBe(false)
    // From the last one it begins anew.
    const again = slide.play()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(inspection.asked).toEqual(['epoch-0008', 'epoch-0001'])
    await inspection.finish()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(inspection.asked.at(-1)).toBe('epoch-0002')
    slide.pause()
    await inspection.finish()
    await vi.advanceTimersByTimeAsync(10_000)
    await again
    expect(inspection.asked).toHaveLength(3)
  })

  test('stops when another run is chosen', async () => {
    const played = slide.play()
    inspection.model = { kind: 'training' }
    expect(slide.folder).toBeNull()
    expect(slide.checkpoints).toEqual([])
    await inspection.finish()
    await vi.advanceTimersByTimeAsync(10_000)
    await played
    expect([inspection.asked.length, slide.isPlaying]).toEqual([1, false])
  })
})
