import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { continueTraining, readLayers } from '../../../src/main/engine/training'
import { deviationOf } from '../../../src/main/engine/training/steps/deviation'
import { LayerWatch } from '../../../src/main/engine/training/steps/layer-watch'
import { compileNetwork } from '../../../src/main/engine/network'
import { summariseLayers, type LayersLine } from '../../../src/shared/spec'
import { SMALL, STEP, checkTensorCount, makeBatch, normalise } from '../network/fixtures'
import { SmallLab, finish } from './small-run'

const lab = new SmallLab()
beforeAll(() => lab.fill())
afterAll(() => lab.remove())
checkTensorCount()

describe('layers while a run trains', () => {
  test('are measured in the first update of each epoch, told, and written down', async () => {
    const told: LayersLine[] = []
    const handle = lab.start('watched', { epochs: 2 }, { onLayers: (line) => told.push(line) })
    await finish(handle)
    expect(told.map(({ step }) => step)).toEqual([1, 6])
    expect(await readLayers(handle.runFolder)).toEqual(told)
    const [first] = told
    expect(first?.layers.map(({ layer }) => layer)).toEqual([
      ...['conv1_1', 'conv2_1', 'conv3_1', 'conv3_2', 'conv4_1', 'conv4_2', 'conv5_1', 'conv5_2'],
      ...['fc6', 'fc7', 'fc8'],
    ])
    for (const { layer, weight, ratio, dead, channels } of first?.layers ?? []) {
      expect(weight.deviation).toBeGreaterThan(0)
      expect(ratio).toBeGreaterThan(0)
      if (layer === 'fc8') expect(dead).toBeNull()
      else expect(dead).toBeLessThan(channels)
    }
  })

  test('leave the run as it is to the bit, whatever the interval, with whole batches and parts', async () => {
    for (const parts of [{}, { accumulate: 2, microBatch: 2 }]) {
      const name = Object.keys(parts).join('-') || 'whole'
      await finish(lab.start(`${name}-often`, { ...parts, epochs: 1, layerSteps: 1 }))
      await finish(lab.start(`${name}-seldom`, { ...parts, epochs: 1, layerSteps: 1000 }))
      for (const file of ['model.safetensors', 'optimizer.safetensors']) {
        const [often, seldom] = ['often', 'seldom'].map((which) =>
          lab.bytes(`${name}-${which}`, 1, file),
        )
        expect(often?.equals(seldom ?? Buffer.alloc(0)), `${name} ${file}`).toBe(true)
      }
    }
  })

  test('are read past a torn line, and what comes again replaces what was lost', async () => {
    const handle = lab.start('torn', { epochs: 1, layerSteps: 2 })
    await finish(handle)
    const file = join(handle.runFolder, 'layers.jsonl')
    const before = await readLayers(handle.runFolder)
    expect(before.map(({ step }) => step)).toEqual([1, 3, 5])
    // A crash after the checkpoint left a measurement of a step that comes again, and half a line.
    const [line] = readFileSync(file, 'utf8').split('\n')
    appendFileSync(file, `${JSON.stringify({ ...before[2], step: 7, epoch: -1 })}\n`)
    appendFileSync(file, line?.slice(0, 100) ?? '')
    await finish(await continueTraining(handle.runFolder, {}, { epochs: 2 }))
    const after = await readLayers(handle.runFolder)
    expect(after.map(({ step }) => step)).toEqual([1, 3, 5, 7, 9])
    expect(after.every(({ epoch }) => epoch > 0)).toBe(true)
  })

  test('are not there for a run without', async () => {
    expect(await readLayers(lab.run('nothing'))).toEqual([])
  })
})

describe('a measured update', () => {
  test('tells the change of the weights and the channels that no picture reached', async () => {
    const network = await compileNetwork({ spec: SMALL, precision: 'float32', trainable: true })
    try {
      network.initialise('he', 1)
      normalise(network)
      // Biases far below 0 keep two channels of conv1_1 silent.
      const { bias } = network.getLayerWeights('conv1_1')
      const silenced = { shape: bias.shape, data: bias.data.map((_, at) => (at < 2 ? -1e6 : 0)) }
      network.setWeights(new Map([['conv1_1.bias', silenced]]))
      const before = network.getLayerWeights('conv4_1').weight.data
      const watch = new LayerWatch(network, 1, new Map([['conv4_1', 0.5]]))
      watch.train(makeBatch(SMALL, 4), { ...STEP, step: 1 })
      const measured = new Map(watch.take()?.map((measure) => [measure.layer, measure]))
      expect(watch.take()).toBeNull()
      expect(measured.get('conv1_1')).toMatchObject({ dead: 2, channels: bias.data.length })
      const after = network.getLayerWeights('conv4_1').weight.data
      const change = before.map((value, at) => value - (after[at] ?? NaN))
      const sums = {
        count: change.length,
        sum: change.reduce((sum, value) => sum + value, 0),
        sumOfSquares: change.reduce((sum, value) => sum + value * value, 0),
      }
      // The network itself was compiled with one rate for all, the watch was told half for this layer.
      const told = measured.get('conv4_1')?.update
      expect((2 * (told?.deviation ?? NaN)) / deviationOf(sums)).toBeCloseTo(1, 3)
      expect(told?.even.reduce((sum, count) => sum + count, 0)).toBe(change.length)
      const line = { step: 1, epoch: 0, layers: [...measured.values()] }
      expect(summariseLayers(line).dead).toBeGreaterThan(0)
    } finally {
      network.dispose()
    }
  })
})
