import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { homedir } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PRETRAINED_MODEL, PRETRAINED_WHEEL } from '../../../scripts/setup/pins.mjs'
import { importWeights } from '../../../src/main/engine/weights/import-weights'
import { writeSampleDataset } from '../../../src/main/engine/data/sample/sample-dataset'
import { defaultScale, defaultSettings } from '../../../src/shared/spec'
import { checkTensorCount, pick } from '../network/fixtures'
import { SmallLab, finish } from '../training/small-run'

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vgg-lab')
/** There once `npm run bench -- fine-tuning` has fetched it; no test downloads anything. */
const file = join(cache, 'pretrained', PRETRAINED_WHEEL.sha256.slice(0, 8), PRETRAINED_MODEL)

const lab = new SmallLab()
beforeAll(async () => {
  for (const [split, seed] of [
    ['train', 1],
    ['val', 2],
  ] as const) {
    const folder = join(lab.dataFolder, split)
    await writeSampleDataset({ folder, classes: 3, images: 20, size: 96, seed })
  }
})
afterAll(() => lab.remove())
checkTensorCount()

describe.skipIf(!existsSync(file))('real pretrained weights, made by tf2onnx', () => {
  test('are the 13 convolutions of D, in the layout and scaling of Keras', async () => {
    const { network, weights, preprocessing, report } = await importWeights(file)
    expect(network).toMatchObject({ configuration: 'D', width: 1, inputSize: 240 })
    expect(preprocessing).toMatchObject({ channelOrder: 'BGR', mean: [103.939, 116.779, 123.68] })
    expect(report).toMatchObject({ hasHead: false, fileInputSize: 240 })
    expect(report.mapped).toHaveLength(13)
    // The first number of block1_conv1 as Keras publishes it.
    expect(pick(weights, 'conv1_1.weight').data[0]).toBeCloseTo(0.4294706, 6)
  })

  test('60 pictures of 3 classes reach 95% in under 3 minutes', async () => {
    const startMs = performance.now()
    const handle = lab.start('fine-tuned', {
      ...defaultSettings(64),
      ...{ scale: defaultScale(64), configuration: 'D', width: 1 },
      ...{ weights: file, freeze: 'conv5_3', epochs: 2 },
    })
    const { best } = await finish(handle)
    expect(handle.run).toMatchObject({ trainImages: 60, validationImages: 60 })
    expect(best?.validation.top1).toBeGreaterThanOrEqual(0.95)
    expect(performance.now() - startMs).toBeLessThan(180_000)
  })
})
