import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  continueTraining,
  findLearningRate,
  measureStep,
  openRun,
  readMetrics,
  readRun,
  startTraining,
} from '../../../src/main/engine/training'
import type { TrainingHandle } from '../../../src/main/engine/training/types'
import type { Progress, TrainingStatus } from '../../../src/shared/contract'
import type { EpochMetrics, StepMetrics } from '../../../src/shared/spec'
import { readCheckpointWeights } from '../../../src/main/engine/runs/checkpoint'
import { checkTensorCount, pick } from '../network/fixtures'
import { SETTINGS, SmallLab, finish } from './small-run'

const lab = new SmallLab()
beforeAll(() => lab.fill())
afterAll(() => lab.remove())
checkTensorCount()

describe('a run', () => {
  test('drops its learning rate when asked, unless that is taken back before the next update', async () => {
    const waiting: (number | null)[] = []
    let asked = 0
    const handle: TrainingHandle = lab.start(
      'drops',
      { epochs: 1 },
      {
        onBetweenSteps: () => {
          if (handle.step === 0 || handle.step <= asked) return
          asked = handle.step
          waiting.push(handle.status().nextLearningRate)
          if (asked !== 1 && asked !== 3) return
          handle.dropLearningRate()
          waiting.push(handle.status().nextLearningRate)
          if (asked === 1) handle.keepLearningRate()
        },
      },
    )
    await finish(handle)
    const lines = await readMetrics(handle.runFolder)
    const rates = lines.flatMap((line) => (line.kind === 'step' ? [line.learningRate] : []))
    expect(rates.map((rate) => Number(rate.toPrecision(6)))).toEqual([
      0.001, 0.001, 0.001, 0.0001, 0.0001,
    ])
    expect(waiting.map((rate) => rate && Number(rate.toPrecision(6)))).toEqual([
      null,
      0.0001,
      null,
      null,
      0.0001,
      null,
      null,
    ])
    expect((await readRun(handle.runFolder)).rateChanges).toEqual([{ step: 4, factor: 0.1 }])
  })

  test('can be timed before it begins: an update of its network, without pictures or a run', async () => {
    const settings = { ...SETTINGS, batchSize: 6 }
    const labels: string[] = []
    const options = {
      signal: new AbortController().signal,
      onProgress: ({ label }: Progress) => labels.push(label),
    }
    const whole = await measureStep({ settings, classes: 3 }, options)
    expect(whole).toMatchObject({ images: 6, microBatch: 6 })
    expect(whole.secondsPerStep).toBeGreaterThan(0)
    expect(labels.at(-1)).toBe('Measuring a step')
    const cut = { ...settings, microBatch: 2, accumulate: 2 }
    const parts = await measureStep({ settings: cut, classes: 3 }, options)
    expect(parts).toMatchObject({ images: 12, microBatch: 2 })
    await expect(
      measureStep({ settings, classes: 3 }, { ...options, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('can take a drop back for as long as its caller wants', async () => {
    const handle: TrainingHandle = lab.start(
      'grace',
      { epochs: 1 },
      {
        dropGraceMs: 3_600_000,
        onBetweenSteps: () => {
          if (handle.step === 1) handle.dropLearningRate()
        },
      },
    )
    await finish(handle)
    const lines = await readMetrics(handle.runFolder)
    expect(new Set(lines.map(({ learningRate }) => learningRate))).toEqual(new Set([0.001]))
    expect(handle.status().nextLearningRate).toBeNull()
  })

  test('trains, validates and leaves a run folder that tells it all', async () => {
    const statuses: TrainingStatus[] = []
    const steps: StepMetrics[] = []
    const epochs: EpochMetrics[] = []
    const handle = lab.start(
      'whole',
      {},
      {
        onStatus: (status) => statuses.push(status),
        onSteps: (some) => steps.push(...some),
        onEpoch: (epoch) => epochs.push(epoch),
      },
    )
    const outcome = await finish(handle)
    expect(outcome.state).toBe('finished')
    // 8 pictures a class, a fifth held out: 6 train (18 in all), 2 validate.
    expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 5],
      [2, 10],
      [3, 15],
    ])
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1))
    for (const { dataWaitShare } of epochs) {
      expect(dataWaitShare).toBeGreaterThan(0)
      expect(dataWaitShare).toBeLessThan(1)
    }
    for (const { train } of steps) expect(train.loss).toBeGreaterThan(0)
    const phases = new Set(statuses.map(({ phase }) => phase))
    expect([...phases]).toEqual(['preparing', 'training', 'validating', 'saving', 'finished'])
    expect(statuses.some(({ etaSeconds }) => etaSeconds === null)).toBe(true)
    expect(await readMetrics(handle.runFolder)).toEqual(handle.history())
    const run = await readRun(handle.runFolder)
    expect(run).toMatchObject({ state: 'finished', trainImages: 18, validationImages: 6 })
    expect(run.trainedSeconds).toBeGreaterThan(0)
    expect(
      readdirSync(handle.runFolder).map((name) => name.replace(/tfevents.*/, 'tfevents')),
    ).toEqual([
      'best',
      'checkpoints',
      'events.out.tfevents',
      'layers.jsonl',
      'metrics.jsonl',
      'run.json',
      'split.json',
    ])
    expect(handle.network).toBeNull()
  })

  test('keeps the best checkpoint and the newest two', async () => {
    const handle = lab.start('kept', { epochs: 5, learningRate: 1e-8 })
    const { best } = await finish(handle)
    const kept = new Set([best?.epoch, 4, 5].map((epoch) => `epoch-000${String(epoch)}`))
    expect(new Set(readdirSync(join(handle.runFolder, 'checkpoints')))).toEqual(kept)
  })

  test('keeps as many of the newest as asked, and every so many epochs', async () => {
    const policy = { keepLast: 1, keepEvery: 2 }
    const handle = lab.start('policy', { epochs: 5, learningRate: 1e-8, ...policy })
    const { best } = await finish(handle)
    const kept = new Set([best?.epoch, 2, 4, 5].map((epoch) => `epoch-000${String(epoch)}`))
    expect(new Set(readdirSync(join(handle.runFolder, 'checkpoints')))).toEqual(kept)
  })

  test('layers learn at their share of the rate', async () => {
    const settings = { epochs: 1, batchSize: 18, weightDecay: 0, dropout: 0 }
    await finish(lab.start('one-rate', settings))
    await finish(lab.start('by-layer', { ...settings, layerDecay: 0.5 }))
    const { network } = await openRun(lab.run('one-rate'), null)
    network.initialise(SETTINGS.initialisation, SETTINGS.seed)
    const start = network.getWeights()
    network.dispose()
    const moved = async (name: string, parameter: string): Promise<number> => {
      const { weights } = await readCheckpointWeights(lab.run(name), 'epoch-0001')
      const before = pick(start, parameter).data
      return Math.hypot(
        ...pick(weights, parameter).data.map((value, at) => value - (before[at] ?? 0)),
      )
    }
    // After one update, A's eight convolutions and three fully connected layers.
    for (const [layer, below] of [
      ['fc8', 0],
      ['fc7', 1],
      ['conv5_2', 3],
      ['conv3_1', 8],
    ] as const) {
      const share =
        (await moved('by-layer', `${layer}.bias`)) / (await moved('one-rate', `${layer}.bias`))
      expect(share / 0.5 ** below, layer).toBeCloseTo(1, 2)
    }
  })

  test('opens to a network that scores as the validation did', async () => {
    const handle = lab.start('opened', { epochs: 1 })
    await finish(handle)
    const { network, checkpoint, run } = await openRun(handle.runFolder, null)
    expect(checkpoint).toBe('epoch-0001')
    expect(run.classNames).toHaveLength(3)
    const side = run.network.inputSize
    const { data } = network.infer({ count: 1, pixels: new Uint8Array(side * side * 3).fill(90) })
    expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
    network.dispose()
    await expect(openRun(handle.runFolder, 'epoch-0009')).rejects.toThrow(/epoch-0001.*epoch-0009/)
  })

  test('accumulated micro-batches train as whole batches do, within rounding', async () => {
    const losses = async (name: string, batchSize: number, accumulate: number) => {
      const handle = lab.start(name, { batchSize, accumulate, epochs: 1, dropout: 0, augment: [] })
      await finish(handle)
      return handle.history().flatMap((line) => (line.kind === 'step' ? [line.train.loss] : []))
    }
    const whole = await losses('batch-6', 6, 1)
    const parts = await losses('batch-2x3', 2, 3)
    expect(parts).toHaveLength(3)
    parts.forEach((loss, index) => expect(loss).toBeCloseTo(whole[index] ?? NaN, 3))
  })

  test('the same seed trains to the same bytes, another one does not', async () => {
    await finish(lab.start('seed-a', { epochs: 1 }))
    await finish(lab.start('seed-b', { epochs: 1 }))
    await finish(lab.start('seed-c', { epochs: 1, seed: 2 }))
    const weights = (name: string): Buffer => lab.bytes(name, 1, 'model.safetensors')
    expect(weights('seed-b').equals(weights('seed-a'))).toBe(true)
    expect(weights('seed-c').equals(weights('seed-a'))).toBe(false)
  })

  test('questions between steps change nothing that training computes', async () => {
    await finish(lab.start('alone', { epochs: 1 }))
    let asked = 0
    const handle = lab.start(
      'asked',
      { epochs: 1 },
      {
        onBetweenSteps: () => {
          const pixels = new Uint8Array(32 * 32 * 3).fill(asked % 256)
          handle.network?.tap({ count: 1, pixels }, [{ layer: 'conv3_2', stage: 'pre-relu' }])
          handle.network?.infer({ count: 1, pixels })
          asked += 1
        },
      },
    )
    await finish(handle)
    expect(asked).toBeGreaterThan(5)
    for (const file of ['model.safetensors', 'optimizer.safetensors']) {
      expect(lab.bytes('asked', 1, file).equals(lab.bytes('alone', 1, file))).toBe(true)
    }
  })
})

describe('a learning-rate range test', () => {
  const runTest = (signal: AbortSignal, onProgress: (progress: Progress) => void) =>
    findLearningRate({ dataFolder: lab.dataFolder, settings: SETTINGS }, { signal, onProgress })

  test('rises until the loss goes up, the same each time, and writes nothing', async () => {
    const before = readdirSync(lab.root)
    const { signal } = new AbortController()
    const progress: Progress[] = []
    const first = await runTest(signal, (one) => progress.push(one))
    expect(first.points.length).toBeGreaterThan(20)
    expect(first.points[0]?.learningRate).toBeCloseTo(1e-6, 12)
    const rates = first.points.map(({ learningRate }) => learningRate)
    expect(rates).toEqual([...rates].sort((a, b) => a - b))
    expect(first.guessing).toBeCloseTo(Math.log(3), 12)
    expect(progress.find(({ label }) => label === 'Range test')?.total).toBe(100)
    expect(await runTest(signal, () => undefined)).toEqual(first)
    expect(readdirSync(lab.root)).toEqual(before)
  })

  test('can be given up', async () => {
    const controller = new AbortController()
    const given = runTest(controller.signal, ({ done }) => {
      if (done > 3) controller.abort()
    })
    await expect(given).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('what goes wrong', () => {
  test('a start that is expected to be dead is told before training, and not refused', async () => {
    const notes: string[] = []
    const settings = { epochs: 1, initialisation: 'paper-sigma' } as const
    await finish(lab.start('dead', settings, { onNote: (note) => notes.push(note) }))
    expect(notes).toContainEqual(
      expect.stringMatching(
        /^Warning: With paper-sigma the signal falls .*: training will not start\. Use the initialisation glorot/,
      ),
    )
  })

  test('a loss out of all proportion stops the run at that step, and it goes on at a lower rate', async () => {
    const settings = { epochs: 1, saveSteps: 1, keepLast: 1 }
    const first = lab.start('diverges', settings)
    await finish(first)
    const steps: StepMetrics[] = []
    const fast = await continueTraining(
      first.runFolder,
      { onSteps: (some) => steps.push(...some) },
      { epochs: 50, learningRate: 1 },
    )
    const { state, error } = await fast.finished
    expect(state).toBe('failed')
    expect(error).toMatchObject({ code: 'diverged' })
    const failed = steps.length + 6
    expect(error?.message).toMatch(
      new RegExp(`^Training diverged in (step ${failed} |the validation of epoch)`),
    )
    // The step that spoilt the weights has a checkpoint no more.
    expect(error?.hint).toMatch(
      /^Try a lower learning rate \(0.1\).* The checkpoint of step \d+ is kept/,
    )
    for (const { train } of steps) expect(train.loss).toBeLessThan(300)
    expect(await readRun(fast.runFolder)).toMatchObject({
      state: 'failed',
      failure: error?.message,
    })
    const slow = await continueTraining(first.runFolder, {}, { epochs: 2, learningRate: 0.001 })
    await finish(slow)
    const epochs = slow.history().filter(({ kind }) => kind === 'epoch')
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2])
    for (const { train } of epochs) expect(train.loss).toBeLessThan(2)
  })

  test('a folder without pictures fails and leaves no run folder', async () => {
    const empty = lab.run('empty')
    mkdirSync(empty)
    const failing = startTraining(
      { dataFolder: empty, runFolder: lab.run('never'), name: 'x', settings: SETTINGS },
      {},
    )
    const { error } = await failing.finished
    expect(error).not.toBeNull()
    expect(failing.status().phase).toBe('failed')
    expect(existsSync(lab.run('never'))).toBe(false)
  })

  test('bad settings, a run in place, a run inside the pictures: told at once', async () => {
    expect(() => lab.start('bad', { learningRate: 99 })).toThrow(/1e-8 to 10; got 99/)
    expect(() => lab.start('bad', { freeze: 'conv9_9' })).toThrow(/conv1_1.*|conv9_9/)
    expect(() => lab.start('data/run')).toThrow(/outside the pictures/)
    await finish(lab.start('taken', { epochs: 1 }))
    expect(() => lab.start('taken')).toThrow(/already holds a run/)
  })
})
