import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  continueTraining,
  readMetrics,
  readRun,
  startTraining,
} from '../../../src/main/engine/training'
import type { CheckpointState } from '../../../src/main/engine/runs/checkpoint-state'
import { checkTensorCount } from '../network/fixtures'
import type { TrainingHandle } from '../../../src/main/engine/training/types'
import type { TrainingSettings } from '../../../src/shared/spec'
import { until } from '../../support/until'
import { SETTINGS, SmallLab, finish } from './small-run'

const lab = new SmallLab()
beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('unbroken', { epochs: 3 }))
})
afterAll(() => lab.remove())
checkTensorCount()

/** Weights and velocity of an epoch, byte for byte; a matcher would take minutes over them. */
function expectSame(name: string, other: string, epoch: number): void {
  for (const file of ['model.safetensors', 'optimizer.safetensors']) {
    const isSame = lab.bytes(name, epoch, file).equals(lab.bytes(other, epoch, file))
    expect(isSame, `${file} of ${name} and ${other}`).toBe(true)
  }
}

/** Starts a run and stops it as soon as an epoch is done, so in the middle of the next. */
async function stopAfterEpoch(name: string, epoch: number, epochs: number): Promise<void> {
  const handle = lab.start(
    name,
    { epochs },
    {
      onSteps: (steps) => {
        if (steps.some((step) => step.epoch > epoch)) handle.stop()
      },
      onEpoch: (metrics) => {
        if (metrics.epoch > epoch) handle.stop()
      },
    },
  )
  const { state } = await finish(handle)
  expect(state).toBe('stopped')
}

describe('a run that goes on', () => {
  test('ends with the same bytes as one that was never stopped', async () => {
    await stopAfterEpoch('stopped', 1, 3)
    expect((await readRun(lab.run('stopped'))).state).toBe('stopped')
    const handle = await continueTraining(lab.run('stopped'), {})
    expect((await finish(handle)).state).toBe('finished')
    expectSame('stopped', 'unbroken', 3)
    const strip = (lines: Awaited<ReturnType<typeof readMetrics>>) =>
      lines.map(({ kind, step, epoch, train }) => ({ kind, step, epoch, train }))
    expect(strip(await readMetrics(lab.run('stopped')))).toEqual(
      strip(await readMetrics(lab.run('unbroken'))),
    )
    expect(handle.history()).toEqual(await readMetrics(lab.run('stopped')))
  })

  test.each(['sampling', 'loss'] as const)('keeps to its class balance: %s', async (balance) => {
    const dataFolder = join(lab.root, `uneven-${balance}`)
    cpSync(lab.dataFolder, dataFolder, { recursive: true })
    const [first = ''] = readdirSync(dataFolder).filter((name) => !name.startsWith('.'))
    for (const file of readdirSync(join(dataFolder, first)).slice(3)) {
      rmSync(join(dataFolder, first, file))
    }
    const train = (name: string, changes: Partial<TrainingSettings>): TrainingHandle => {
      const settings = { ...SETTINGS, epochs: 2, ...changes }
      const handle: TrainingHandle = startTraining(
        { dataFolder, runFolder: lab.run(name), name, settings },
        {
          onBetweenSteps: () => {
            if (handle.step === 5 && name.endsWith('cut')) handle.stop()
          },
        },
      )
      return handle
    }
    await finish(train(balance, { balance }))
    await finish(train(`${balance}-cut`, { balance }))
    await finish(await continueTraining(lab.run(`${balance}-cut`), {}))
    expectSame(`${balance}-cut`, balance, 2)
    await finish(train(`${balance}-none`, { epochs: 1 }))
    expect(
      lab
        .bytes(balance, 1, 'model.safetensors')
        .equals(lab.bytes(`${balance}-none`, 1, 'model.safetensors')),
    ).toBe(false)
  })

  test('goes on within its first epoch, where a stop left a checkpoint', async () => {
    const handle = lab.start('early', { epochs: 1 }, { onSteps: () => handle.stop() })
    await finish(handle)
    expect(readdirSync(join(lab.run('early'), 'checkpoints'))).toEqual(['step-0000001'])
    await finish(await continueTraining(lab.run('early'), {}))
    await finish(lab.start('late', { epochs: 1 }))
    expectSame('early', 'late', 1)
  })

  test('begins anew where it was cut off before its first checkpoint', async () => {
    const handle = lab.start('none', { epochs: 1 }, { onSteps: () => handle.stop() })
    await finish(handle)
    rmSync(join(lab.run('none'), 'checkpoints', 'step-0000001'), { recursive: true })
    await finish(await continueTraining(lab.run('none'), {}))
    expectSame('none', 'early', 1)
  })

  test('survives what a crash leaves: torn lines, half a checkpoint, a stale lock', async () => {
    await stopAfterEpoch('crashed', 2, 3)
    const folder = lab.run('crashed')
    // Run file as a killed process leaves it, and a best file that was never renewed.
    const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as object
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...run, state: 'running' }))
    writeFileSync(join(folder, 'best'), 'epoch-0099\n')
    appendFileSync(join(folder, 'metrics.jsonl'), '{"kind":"step","step":99,"ep')
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 999_999_999, started: '1' }))
    const half = join(folder, 'checkpoints', '.writing-epoch-0003')
    mkdirSync(half)
    writeFileSync(join(half, 'model.safetensors'), 'half')
    mkdirSync(join(folder, 'checkpoints', '.removing-epoch-0001'))

    await finish(await continueTraining(folder, {}))
    expectSame('crashed', 'unbroken', 3)
    expect(existsSync(join(folder, 'lock'))).toBe(false)
    expect(readdirSync(join(folder, 'checkpoints')).filter((name) => name.startsWith('.'))).toEqual(
      [],
    )
    expect((await readMetrics(folder)).filter(({ kind }) => kind === 'epoch')).toHaveLength(3)
    expect(readFileSync(join(folder, 'best'), 'utf8')).toBe(
      readFileSync(join(lab.run('unbroken'), 'best'), 'utf8'),
    )
  })

  test('repeats a drop by hand that came after the checkpoint', async () => {
    const train = (name: string, stopAt: number | null) => {
      let isDropped = false
      const handle: TrainingHandle = lab.start(
        name,
        { schedule: 'cosine', warmupEpochs: 0.5 },
        {
          onBetweenSteps: () => {
            if (handle.step === 6 && !isDropped) handle.dropLearningRate()
            isDropped ||= handle.step === 6
            if (handle.step === stopAt) handle.stop()
          },
        },
      )
      return handle
    }
    await finish(train('dropped', null))
    await finish(train('dropped-cut', 8))
    // As a crash would have it: back to the end of the first epoch, before the drop.
    rmSync(join(lab.run('dropped-cut'), 'checkpoints', 'step-0000008'), { recursive: true })
    await finish(await continueTraining(lab.run('dropped-cut'), {}))
    expectSame('dropped-cut', 'dropped', 3)
    const rates = (await readMetrics(lab.run('dropped-cut'))).flatMap((line) =>
      line.kind === 'step' ? [line.learningRate] : [],
    )
    expect((rates[5] ?? 0) / (rates[6] ?? 0)).toBeGreaterThan(9)
    expect((await readRun(lab.run('dropped-cut'))).rateChanges).toEqual([{ step: 7, factor: 0.1 }])
  })

  test('goes on at another rate when asked', async () => {
    await finish(lab.start('slower', { epochs: 1 }))
    await finish(await continueTraining(lab.run('slower'), {}, { epochs: 2, learningRate: 1e-5 }))
    const lines = await readMetrics(lab.run('slower'))
    expect(new Set(lines.map(({ learningRate }) => Number(learningRate.toPrecision(6))))).toEqual(
      new Set([0.001, 1e-5]),
    )
  })

  test('takes more epochs when it had finished, and refuses without', async () => {
    await finish(lab.start('more', { epochs: 1 }))
    await expect(continueTraining(lab.run('more'), {})).rejects.toThrow(
      /has completed its 1 epochs/,
    )
    const handle = await continueTraining(lab.run('more'), {}, { epochs: 2 })
    await finish(handle)
    expect((await readRun(lab.run('more'))).settings.epochs).toBe(2)
    expectSame('more', 'unbroken', 2)
    expect(handle.status().notes.join('\n')).toMatch(
      /2 epochs in place of 1, exactly as an uninterrupted run.*plateau schedule stands: 0 of its drops/,
    )
  })

  test('says that more epochs of a cosine schedule are no uninterrupted run', async () => {
    await finish(lab.start('wave', { epochs: 1, schedule: 'cosine' }))
    const handle = await continueTraining(lab.run('wave'), {}, { epochs: 2 })
    await finish(handle)
    expect(handle.status().notes.join('\n')).toMatch(
      /cosine schedule now ends there.*that of a run of 2 epochs/,
    )
    const last = (await readMetrics(lab.run('wave'))).pop()
    await finish(lab.start('whole-wave', { epochs: 2, schedule: 'cosine' }))
    // The rate is that of the longer run from here on.
    expect(last?.learningRate).toBe((await readMetrics(lab.run('whole-wave'))).pop()?.learningRate)
  })

  test('is made no shorter than it is', async () => {
    await stopAfterEpoch('half', 2, 5)
    await expect(continueTraining(lab.run('half'), {}, { epochs: 1 })).rejects.toThrow(
      /at least the 2 epochs that .* has completed; got 1/,
    )
  })

  test('ends early at the same epoch as one that was never stopped, and can be trained longer', async () => {
    const begun: TrainingHandle = lab.start(
      'stale',
      { epochs: 9, earlyStopping: 2 },
      { onEpoch: () => begun.stop() },
    )
    await finish(begun)
    // Nothing is better than a first epoch like this.
    const stateFile = join(lab.run('stale'), 'checkpoints', 'epoch-0001', 'state.json')
    const state = JSON.parse(readFileSync(stateFile, 'utf8')) as CheckpointState
    const best = { ...state.best, validation: { top1: 2, top5: 1, loss: 0 } }
    writeFileSync(stateFile, JSON.stringify({ ...state, best }))
    cpSync(lab.run('stale'), lab.run('stale-cut'), { recursive: true })
    const countEpochs = async (name: string): Promise<number> =>
      (await readMetrics(lab.run(name))).filter(({ kind }) => kind === 'epoch').length

    const whole = await continueTraining(lab.run('stale'), {})
    await finish(whole)
    expect(await countEpochs('stale')).toBe(3)
    const words =
      'Finished early, before epoch 9: 2 epochs without a better one; the best is epoch 1.'
    expect(whole.status()).toMatchObject({ phase: 'finished', message: words })
    expect(whole.status().notes).toContain(words)

    const cut: TrainingHandle = await continueTraining(lab.run('stale-cut'), {
      onEpoch: () => cut.stop(),
    })
    await finish(cut)
    expect(await countEpochs('stale-cut')).toBe(2)
    await finish(await continueTraining(lab.run('stale-cut'), {}))
    expect(await countEpochs('stale-cut')).toBe(3)
    expectSame('stale-cut', 'stale', 3)

    await expect(continueTraining(lab.run('stale'), {})).rejects.toThrow(
      'finished early, after 3 of its 9 epochs',
    )
    // Its patience begins again: two epochs more, and no more than those.
    await finish(await continueTraining(lab.run('stale'), {}, { epochs: 10 }))
    expect(await countEpochs('stale')).toBe(5)
    await finish(await continueTraining(lab.run('stale'), {}, { earlyStopping: 1 }))
    expect(await countEpochs('stale')).toBe(6)
  })

  test('is trained by one at a time', async () => {
    const handle = lab.start('busy', { epochs: 1 })
    await until(() => handle.run !== null)
    await expect(continueTraining(lab.run('busy'), {})).rejects.toThrow(/in use by this process/)
    await finish(handle)
  })

  test('pauses and resumes to the same bytes', async () => {
    let pauses = 0
    const handle = lab.start(
      'paused',
      { epochs: 2 },
      {
        onStatus: (status) => {
          if (status.phase !== 'paused') return
          pauses += 1
          setTimeout(() => handle.resume(), 30)
        },
        onBetweenSteps: () => {
          if (handle.step === 2 && pauses === 0) handle.pause()
        },
      },
    )
    await finish(handle)
    expect(pauses).toBeGreaterThan(0)
    expectSame('paused', 'unbroken', 2)
  })
})

describe('initial weights', () => {
  test('a deeper run takes the layers of the paper from a finished one', async () => {
    const notes: string[] = []
    const handle = lab.start(
      'deeper',
      { configuration: 'B', preInit: lab.run('unbroken'), epochs: 1 },
      { onNote: (note) => notes.push(note) },
    )
    await finish(handle)
    const copied = notes.filter((note) => note.includes(': copied'))
    expect(copied.map((note) => note.trim().split(':')[0])).toEqual([
      'conv1_1',
      'conv2_1',
      'conv3_1',
      'conv3_2',
      'fc6',
      'fc7',
      'fc8',
    ])
  })

  test('frozen layers keep the weights that they were given', async () => {
    const given = lab.run('unbroken')
    const handle = lab.start('frozen', { weights: given, freeze: 'conv2_1', epochs: 1 })
    await finish(handle)
    const { readSafetensors } = await import('../../../src/main/engine/formats/safetensors')
    const read = async (name: string, epoch: string) =>
      (await readSafetensors(join(lab.run(name), 'checkpoints', epoch, 'model.safetensors')))
        .tensors
    const best = readFileSync(join(given, 'best'), 'utf8').trim()
    const [before, after] = [await read('unbroken', best), await read('frozen', 'epoch-0001')]
    expect(after.get('conv2_1.weight')?.data).toEqual(before.get('conv2_1.weight')?.data)
    expect(after.get('conv3_1.weight')?.data).not.toEqual(before.get('conv3_1.weight')?.data)
  })

  test('weights of another shape or format are refused in one line', async () => {
    const wrong = lab.start('wrong', { weights: lab.run('unbroken'), width: 0.2, epochs: 1 })
    expect((await wrong.finished).error?.message).toMatch(/conv1_1.weight of shape 3x3x3x13/)
    const file = join(lab.root, 'weights.onnx')
    writeFileSync(file, 'x')
    const other = lab.start('onnx', { weights: file, epochs: 1 })
    expect((await other.finished).error).toMatchObject({ code: 'unreadable' })
  })
})
