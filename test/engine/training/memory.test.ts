import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeSampleDataset } from '../../../src/main/engine/data/sample-dataset'
import {
  continueTraining,
  readMetrics,
  readRun,
  startTraining,
} from '../../../src/main/engine/training'
import type { TrainingHandle, TrainingHooks } from '../../../src/main/engine/training/types'
import { defaultSettings, type TrainingSettings } from '../../../src/shared/spec'
import { SmallLab, finish } from './small-run'

const lab = new SmallLab()
const pictures = join(lab.root, 'pictures')
/** Two updates an epoch. A call of a whole batch makes a tensor of 138 MB first. */
const SETTINGS: TrainingSettings = {
  ...defaultSettings(64),
  configuration: 'A',
  width: 0.5,
  batchSize: 264,
  microBatch: 264,
  epochs: 1,
  learningRate: 1e-4,
}
const ROOM_BYTES = 100 * 2 ** 20

beforeAll(async () => {
  await lab.fill()
  await writeSampleDataset({ folder: pictures, classes: 3, images: 220, size: 64, seed: 1 })
})
afterAll(() => {
  limitMemory(null)
  lab.remove()
})

/** Bounds the address space of this process at what it has and so much more; null lifts the bound. */
function limitMemory(room: number | null): void {
  const held = Number(/VmSize:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  const limit = room === null ? 'unlimited' : String(held * 1024 + room)
  execFileSync('prlimit', ['--pid', String(process.pid), `--as=${limit}:unlimited`])
}

function train(name: string, changes: Partial<TrainingSettings>, hooks: TrainingHooks) {
  const settings = { ...SETTINGS, ...changes }
  const request = { dataFolder: pictures, runFolder: lab.run(name), name, settings }
  return startTraining(request, hooks)
}

describe.skipIf(process.platform !== 'linux')('memory that does not suffice', () => {
  test('is answered by accumulation: the batch stays, and so do the losses', async () => {
    const notes: string[] = []
    let isBounded = false
    const handle: TrainingHandle = train(
      'bounded',
      {},
      {
        onNote: (note) => {
          notes.push(note)
          // Lifted at once: whatever else asks for memory does not ask as politely.
          if (isBounded) limitMemory(null)
        },
        // After the first update, so that the second meets the bound with a graph that is warm.
        onBetweenSteps: () => {
          if (handle.step !== 1 || isBounded) return
          isBounded = true
          limitMemory(ROOM_BYTES)
        },
      },
    )
    await finish(handle)
    expect(notes.join('\n')).toMatch(/micro-batches of 264: going on with 132\. A batch stays/)
    const { microBatch } = handle.status()
    expect(microBatch).toBe(132)
    expect(handle.status().notes).toEqual(notes)
    expect((await readRun(lab.run('bounded'))).microBatch).toBe(microBatch)

    await finish(train('whole', { microBatch }, {}))
    const [own, other] = await Promise.all(['bounded', 'whole'].map((name) => losses(name)))
    expect(own).toHaveLength(3)
    expect(own).toEqual(other)
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
