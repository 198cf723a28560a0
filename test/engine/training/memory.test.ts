import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import { continueTraining, readMetrics, readRun } from '../../../src/main/engine/training'
import type { TrainingHandle } from '../../../src/main/engine/training/types'
import { LabError } from '../../../src/shared/contract'
import { SmallLab, finish } from './small-run'

const lab = new SmallLab()
beforeAll(() => lab.fill())
afterAll(() => lab.remove())

/** Bounds the address space of this process at what it has and so much more; null lifts the bound. */
function limitMemory(room: number | null): void {
  const held = Number(/VmSize:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  const limit = room === null ? 'unlimited' : String(held * 1024 + room)
  execFileSync('prlimit', ['--pid', String(process.pid), `--as=${limit}:unlimited`])
}

describe('memory that does not suffice', () => {
  test.skipIf(process.platform !== 'linux')(
    'is told by TensorFlow in a call, and the network can be used after it',
    async () => {
      const edit = {
        name: 'small',
        kernels: [[3], [3], [3, 3], [3, 3], [3, 3]],
        fullyConnectedUnits: [64, 64] as const,
      }
      const spec = { configuration: 'A', inputSize: 64, classes: 3, width: 0.5, edit } as const
      const network = await compileNetwork({ spec, precision: 'float32', trainable: true })
      network.initialise('glorot', 1)
      const makeBatch = (count: number) => ({
        count,
        pixels: new Uint8Array(count * 64 * 64 * 3).fill(100),
        labels: new Int32Array(count),
      })
      const step = { learningRate: 0.001, momentum: 0.9, weightDecay: 0, dropout: 0.5 }
      const settings = { ...step, seed: 0, step: 1 }
      // A small call first, so that the bounded one finds the graph warm.
      network.train(makeBatch(4), settings)
      // The first tensor of the network takes 1.07 GB; what comes before it has room enough.
      const batch = makeBatch(2048)
      limitMemory(700 * 2 ** 20)
      try {
        const call = (): unknown => network.train(batch, settings)
        expect(call).toThrow(/OOM when allocating tensor with shape\[2048,64,64,32\]/)
        expect(call).toThrow(expect.objectContaining({ code: 'out-of-memory' }))
      } finally {
        limitMemory(null)
      }
      expect(network.train(makeBatch(4), settings).lossSum).toBeGreaterThan(0)
      network.dispose()
    },
  )

  test('is answered by accumulation from the last checkpoint: the batch stays, and so do the losses', async () => {
    const notes: string[] = []
    let isWatched = false
    const handle: TrainingHandle = lab.start(
      'bounded',
      { microBatch: 4 },
      {
        onNote: (note) => notes.push(note),
        onStatus: ({ phase, epoch }) => {
          const { network } = handle
          if (phase !== 'training' || epoch !== 2 || isWatched || network === null) return
          isWatched = true
          const update = network.train.bind(network)
          network.train = (...args) => {
            network.train = update
            // As TensorFlow may: weights are updated, and then it fails.
            update(...args)
            throw new LabError('out-of-memory', 'Expected the call to fit into memory.')
          }
        },
      },
    )
    await finish(handle)
    expect(notes.join('\n')).toMatch(/micro-batches of 4: going on with 2\. A batch stays/)
    expect(notes.join('\n')).toMatch(/Continued from epoch-0001/)
    expect(handle.status().microBatch).toBe(2)
    expect(handle.status().notes).toEqual(notes)
    expect((await readRun(lab.run('bounded'))).microBatch).toBe(2)

    await finish(lab.start('first-whole', { microBatch: 4, epochs: 1 }))
    await finish(await continueTraining(lab.run('first-whole'), {}, { epochs: 3, microBatch: 2 }))
    expect(await losses('bounded')).toEqual(await losses('first-whole'))
    expect(
      lab
        .bytes('bounded', 3, 'model.safetensors')
        .equals(lab.bytes('first-whole', 3, 'model.safetensors')),
    ).toBe(true)
  })

  test('calls are as long as is asked for, and stay so when the run goes on', async () => {
    // Enough work that calls are measured.
    const scale = { min: 128, max: 128 }
    const settings = { inputSize: 128, width: 0.25, scale, batchSize: 16, epochs: 1 }
    const told: string[] = []
    const run = (name: string, callMs: number): TrainingHandle =>
      lab.start(name, settings, { callMs, onNote: (note) => told.push(note) })
    const whole = run('long-calls', 1e7)
    await finish(whole)
    expect(whole.status().microBatch).toBe(16)
    expect(told.join()).not.toMatch(/micro-batches/)
    await finish(run('short-calls', 1))
    expect(told.join()).toMatch(/micro-batches of 1, so that a call stays near 0\.001 s/)
    const goesOn = await continueTraining(lab.run('short-calls'), { callMs: 1e7 }, { epochs: 2 })
    await finish(goesOn)
    expect(goesOn.status().microBatch).toBe(1)
  })

  test('a validation that does not fit is cut, without going back', async () => {
    let refused = 0
    const handle: TrainingHandle = lab.start(
      'cut',
      { epochs: 1 },
      {
        onStatus: ({ phase }) => {
          const { network } = handle
          if (phase !== 'training' || refused > 0 || network === null) return
          const evaluate = network.evaluate.bind(network)
          network.evaluate = (batch) => {
            if (batch.count <= 2) return evaluate(batch)
            refused += 1
            throw new LabError('out-of-memory', 'Expected the call to fit into memory.')
          }
        },
      },
    )
    await finish(handle)
    await finish(lab.start('uncut', { epochs: 1 }))
    expect(refused).toBeGreaterThan(0)
    const [cut, uncut] = [await losses('cut'), await losses('uncut')]
    expect(cut).toEqual(uncut)
    const validation = async (name: string) =>
      (await readMetrics(lab.run(name))).flatMap((line) =>
        line.kind === 'epoch' ? [line.validation.loss] : [],
      )
    expect((await validation('cut'))[0]).toBeCloseTo((await validation('uncut'))[0] ?? NaN, 4)
  })

  test('a run that was ended for want of memory goes on with half the micro-batch', async () => {
    await finish(lab.start('ended', { epochs: 1, microBatch: 4 }))
    const handle = await continueTraining(lab.run('ended'), {}, { epochs: 2, lessMemory: true })
    await finish(handle)
    expect(handle.status().microBatch).toBe(2)
    expect((await readRun(lab.run('ended'))).microBatch).toBe(2)
  })
})

async function losses(name: string): Promise<number[]> {
  return (await readMetrics(lab.run(name))).map(({ train }) => train.loss)
}
