import { spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explainEngineExit } from '../../../src/main/engine-process/engine-exit'
import { CallRefused } from '../../../src/main/engine/network'
import { continueTraining, readMetrics, readRun } from '../../../src/main/engine/training'
import type { TrainingHandle } from '../../../src/main/engine/training/types'
import { LabError } from '../../../src/shared/contract'
import { buildScript } from '../../support/built-command'
import { SmallLab, finish } from './small-run'

const lab = new SmallLab()
beforeAll(() => lab.fill())
afterAll(() => lab.remove())

/** How a process ended, and what it said. */
interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly log: readonly string[]
  /** The last line of its output. */
  readonly last: string
}

/** Runs `test/support/bounded-call.ts`: what may end a process has one of its own. */
function runBounded(script: string, way: 'guarded' | 'unguarded', oneDnn: '0' | '1') {
  return new Promise<ChildEnd>((resolve, reject) => {
    const child = spawn(process.execPath, [script, way], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TF_ENABLE_ONEDNN_OPTS: oneDnn, TF_CPP_MIN_LOG_LEVEL: '1' },
    })
    const [out, log] = [child.stdout, child.stderr].map((stream) => {
      const lines: string[] = []
      createInterface({ input: stream }).on('line', (line) => lines.push(line))
      return lines
    })
    child.once('error', reject)
    child.once('close', (code, signal) => {
      resolve({ code, signal, log: log?.slice(-50) ?? [], last: out?.pop() ?? '' })
    })
  })
}

describe.skipIf(process.platform !== 'linux')('a call that memory has no room for', () => {
  let script = ''
  beforeAll(async () => {
    script = await buildScript('test/support/bounded-call.ts', 'bounded-call')
  })

  test.each(['1', '0'] as const)(
    'is cut or refused before it is made, and the network can be used after it (oneDNN %s)',
    async (oneDnn) => {
      const end = await runBounded(script, 'guarded', oneDnn)
      expect(end).toMatchObject({ code: 0, signal: null })
      const { trained, evaluated, after } = JSON.parse(end.last) as Record<string, unknown>
      expect(trained).toMatchObject({
        code: 'out-of-memory',
        message: expect.stringMatching(
          /^Expected \d\.\d\d GB of memory for small at 64 px with 4096 pictures per call; \d\.\d\d GB are available\.$/,
        ) as string,
        hint: expect.stringMatching(/^Use a smaller micro-batch/) as string,
      })
      expect(evaluated).toMatchObject({ count: 4096 })
      expect(after).toMatchObject({ count: 4 })
    },
  )

  test.each(['1', '0'] as const)(
    'is explained as that where it was made all the same, whichever way it ends (oneDNN %s)',
    async (oneDnn) => {
      const end = await runBounded(script, 'unguarded', oneDnn)
      if (end.code === 0) {
        expect(JSON.parse(end.last)).toMatchObject({
          trained: {
            code: 'out-of-memory',
            message: expect.stringContaining('OOM when allocating tensor') as string,
          },
          after: { count: 4 },
        })
        return
      }
      const told = explainEngineExit({ ...end, wasAnyKilled: false, lastAsked: null })
      expect(told).toEqual({
        isOutOfMemory: true,
        reason: `The engine needed more memory than there was, and ended (${end.signal ?? `code ${end.code ?? ''}`})`,
      })
    },
  )
})

describe('memory that does not suffice', () => {
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
    expect(notes.join('\n')).toMatch(/micro-batches of 4: continuing with 2\. The batch size stays/)
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
    expect(told.join()).toMatch(/micro-batches of 1, so that a call takes about 0\.001 s/)
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

  test('a call that was refused costs nothing: the run goes on from the update before it', async () => {
    const notes: string[] = []
    let updates = 0
    const handle: TrainingHandle = lab.start(
      'refused',
      { microBatch: 4, epochs: 1 },
      {
        onNote: (note) => notes.push(note),
        onBetweenSteps: () => {
          const { network } = handle
          updates += 1
          if (updates !== 2 || network === null) return
          const update = network.train.bind(network)
          network.train = () => {
            network.train = update
            throw new CallRefused('out-of-memory', 'Expected more memory than there is.')
          }
        },
      },
    )
    await finish(handle)
    expect(notes.join('\n')).toMatch(/Continued from step-0000002/)
    expect(handle.status().microBatch).toBe(2)
  })

  test('a run that was ended for want of memory goes on with half the micro-batch', async () => {
    // As asked for, as measured, and the least that there is.
    for (const [asked, half] of [
      [4, 2],
      [0, 2],
      [1, 1],
    ] as const) {
      const name = `ended-${asked}`
      await finish(lab.start(name, { epochs: 1, microBatch: asked }))
      const handle = await continueTraining(lab.run(name), {}, { epochs: 2, lessMemory: true })
      await finish(handle)
      expect(handle.status().microBatch).toBe(half)
      expect((await readRun(lab.run(name))).microBatch).toBe(half)
    }
  })

  test('one that was ended before its first checkpoint starts again, and says so', async () => {
    await finish(lab.start('begun', { epochs: 1 }))
    // As it was while its first calls were timed: nothing chosen, nothing saved.
    const { microBatch, ...run } = await readRun(lab.run('begun'))
    expect(microBatch).toBe(4)
    await writeFile(
      join(lab.run('begun'), 'run.json'),
      JSON.stringify({ ...run, state: 'running' }),
    )
    await rm(join(lab.run('begun'), 'checkpoints'), { recursive: true })
    const notes: string[] = []
    const hooks = { onNote: (note: string) => notes.push(note) }
    const handle = await continueTraining(lab.run('begun'), hooks, { lessMemory: true })
    await finish(handle)
    expect(notes.join('\n')).toMatch(/^Started again from the beginning, with the same settings/m)
    expect(handle.status().microBatch).toBe(2)
  })
})

async function losses(name: string): Promise<number[]> {
  return (await readMetrics(lab.run(name))).map(({ train }) => train.loss)
}
