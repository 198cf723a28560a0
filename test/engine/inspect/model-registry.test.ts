import { cpSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import { openRun } from '../../../src/main/engine/training'
import type { ModelRef } from '../../../src/shared/contract'
import { makeBatch } from '../network/fixtures'
import { finish, SETTINGS, SmallLab } from '../training/small-run'

const lab = new SmallLab()
const CHECKPOINTS = ['epoch-0001', 'epoch-0002', 'epoch-0003'] as const
/** The scores of one picture by each checkpoint, from a network of its own. */
const expected = new Map<string, readonly number[]>()
let tensors = 0

const SPEC = { configuration: 'A', inputSize: 32, classes: 3, width: 0.1 } as const
const shown = makeBatch(SPEC, 1)

function refTo(checkpoint: string, run = 'slid'): ModelRef {
  return { kind: 'run', folder: lab.run(run), checkpoint }
}

function ask(models: ModelRegistry, ref: ModelRef) {
  return models.use(ref, ({ network }) => ({ network, scores: readScores(network) }))
}

function readScores(network: { infer: (batch: typeof shown) => { data: Float32Array } }): number[] {
  return Array.from(network.infer(shown).data)
}

async function withModels(
  test: (models: ModelRegistry) => Promise<void>,
  readAvailableBytes?: () => number,
): Promise<void> {
  const models = new ModelRegistry(() => null, readAvailableBytes)
  try {
    await test(models)
  } finally {
    models.dispose()
  }
}

beforeAll(async () => {
  await lab.fill()
  const settings = { epochs: 3, keepLast: 3, learningRate: 0.01 }
  await finish(lab.start('slid', settings))
  await finish(lab.start('other', { ...settings, width: 2 * SETTINGS.width }))
  for (const checkpoint of CHECKPOINTS) {
    const { network } = await openRun(lab.run('slid'), checkpoint)
    expected.set(checkpoint, readScores(network))
    network.dispose()
  }
  tensors = tensorflow().memory().numTensors
})
afterAll(() => {
  expect(tensorflow().memory().numTensors).toBe(tensors)
  lab.remove()
})

describe('sliding through checkpoints', () => {
  test('they differ, and each is asked with its own weights in the one compiled graph', () =>
    withModels(async (models) => {
      expect(new Set([...expected.values()].map(String)).size).toBe(CHECKPOINTS.length)
      const networks = new Set<unknown>()
      for (const checkpoint of CHECKPOINTS) {
        const { network, scores } = await ask(models, refTo(checkpoint))
        expect(scores).toEqual(expected.get(checkpoint))
        networks.add(network)
        expect(models.loadedCount).toBe(1)
      }
      expect(networks.size).toBe(1)
    }))

  test('a network of another spec has a graph of its own, and the one asked last stays', () =>
    withModels(async (models) => {
      const first = await ask(models, refTo('epoch-0001'))
      const other = await ask(models, refTo('epoch-0001', 'other'))
      expect(other.network).not.toBe(first.network)
      const next = await ask(models, refTo('epoch-0002'))
      expect(next.network).toBe(first.network)
      expect((await ask(models, refTo('epoch-0001', 'other'))).network).toBe(other.network)
      expect(models.loadedCount).toBe(2)
    }))

  test('a damaged checkpoint is refused, and the next one is asked as ever', () =>
    withModels(async (models) => {
      cpSync(lab.run('slid'), lab.run('damaged'), { recursive: true })
      const file = join(lab.run('damaged'), 'checkpoints', 'epoch-0002', 'model.safetensors')
      truncateSync(file, 5000)
      await ask(models, refTo('epoch-0001'))
      await expect(ask(models, refTo('epoch-0002', 'damaged'))).rejects.toMatchObject({
        code: 'unreadable',
      })
      for (const checkpoint of CHECKPOINTS) {
        const { scores } = await ask(models, refTo(checkpoint, 'damaged')).catch(() => ({
          scores: null,
        }))
        expect(scores).toEqual(checkpoint === 'epoch-0002' ? null : expected.get(checkpoint))
      }
    }))
})

describe('two checkpoints asked in turn', () => {
  test('each gets a copy of the graph, which it keeps', () =>
    withModels(async (models) => {
      const asked = []
      for (let turn = 0; turn < 4; turn++)
        for (const checkpoint of ['epoch-0001', 'epoch-0003']) {
          const { network, scores } = await ask(models, refTo(checkpoint))
          expect(scores).toEqual(expected.get(checkpoint))
          asked.push(network)
        }
      expect(models.loadedCount).toBe(2)
      // The first asking of each came before they were known to be asked in turn.
      expect(new Set(asked.slice(2).filter((_, at) => at % 2 === 0)).size).toBe(1)
      expect(new Set(asked.slice(3).filter((_, at) => at % 2 === 0)).size).toBe(1)
    }))

  test('without memory for a second copy they share one, and answer rightly', () =>
    withModels(
      async (models) => {
        for (let turn = 0; turn < 3; turn++)
          for (const checkpoint of ['epoch-0001', 'epoch-0003']) {
            const { scores } = await ask(models, refTo(checkpoint))
            expect(scores).toEqual(expected.get(checkpoint))
            expect(models.loadedCount).toBe(1)
          }
        await ask(models, refTo('epoch-0001', 'other'))
        expect(models.loadedCount).toBe(1)
      },
      () => 0,
    ))
})

test('questions that come at once each meet the weights that they name', () =>
  withModels(async (models) => {
    const names = Array.from({ length: 24 }, (_, at) => CHECKPOINTS[(at * 7) % 3] ?? '')
    const answers = await Promise.all(names.map((name) => ask(models, refTo(name))))
    for (const [at, name] of names.entries())
      expect(answers[at]?.scores).toEqual(expected.get(name))
    expect(models.loadedCount).toBeLessThanOrEqual(2)
  }))

test('what is held stays loaded while others are slid through, and is freed after', () =>
  withModels(async (models) => {
    const held = await ask(models, refTo('epoch-0001'))
    const release = await models.hold(refTo('epoch-0001'))
    for (const run of ['slid', 'other', 'slid'])
      for (const checkpoint of ['epoch-0002', 'epoch-0003']) {
        await ask(models, refTo(checkpoint, run))
        expect(readScores(held.network)).toEqual(expected.get('epoch-0001'))
      }
    expect((await ask(models, refTo('epoch-0001'))).network).toBe(held.network)
    expect(models.loadedCount).toBe(3)
    release()
    expect(models.loadedCount).toBe(2)
  }))
