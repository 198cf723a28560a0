import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { HostTensor } from '../../../../src/main/engine/tensors/host-tensor'
import { importWeights } from '../../../../src/main/engine/weights/import-weights'
import { CONFIGURATION_NAMES } from '../../../../src/shared/vgg'
import {
  makeLabWeights,
  mapUnder,
  toOihw,
  toTorchvision,
  weightLayers,
  writeForeign,
} from '../../../support/foreign-weights'
import { SPEC, WEIGHTS, convolutionsOf, differenceOf, expectSame, fault } from './check-weights'

const folder = mkdtempSync(join(tmpdir(), 'vgg-lab-weights-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('safetensors', () => {
  test.each(CONFIGURATION_NAMES)("%s by torchvision's names", async (configuration) => {
    const spec = { ...SPEC, configuration }
    const weights = makeLabWeights(spec)
    const tensors = toTorchvision(spec, weights)
    const path = await writeForeign(join(folder, `${configuration}.safetensors`), tensors)
    const imported = await importWeights(path)
    expectSame(imported.weights, weights)
    // The weights of A-LRN are A's.
    const expected = configuration === 'A-LRN' ? 'A' : configuration
    expect(imported.network).toEqual({ ...spec, configuration: expected })
    expect(imported.preprocessing.deviation).toEqual([0.229, 0.224, 0.225])
  })

  test("timm's names: fully connected layers as convolutions, head after pre_logits", async () => {
    const tensors = toTorchvision(SPEC, WEIGHTS)
    const { side, channels } = mapUnder(SPEC)
    const rename = (
      from: string,
      to: string,
      shape: (shape: readonly number[]) => number[],
    ): void => {
      for (const part of ['weight', 'bias']) {
        const tensor = tensors.get(`${from}.${part}`)
        tensors.delete(`${from}.${part}`)
        if (tensor === undefined) continue
        tensors.set(
          `${to}.${part}`,
          part === 'bias' ? tensor : { ...tensor, shape: shape(tensor.shape) },
        )
      }
    }
    rename('classifier.6', 'head.fc', (shape) => [...shape])
    rename('classifier.0', 'pre_logits.fc1', ([outputs = 0]) => [outputs, channels, side, side])
    rename('classifier.3', 'pre_logits.fc2', ([outputs = 0, inputs = 0]) => [outputs, inputs, 1, 1])
    const imported = await importWeights(
      await writeForeign(join(folder, 'timm.safetensors'), tensors),
    )
    expectSame(imported.weights)
    expect(imported.network).toEqual(SPEC)
  })

  test("Keras' names and layout", async () => {
    const tensors = new Map<string, HostTensor>()
    for (const [name, tensor] of WEIGHTS) {
      const [layer = '', part] = name.split('.')
      const place = layer
        .replace(/^conv(\d)_(\d)$/, 'block$1_conv$2')
        .replace('fc6', 'fc1')
        .replace('fc7', 'fc2')
        .replace('fc8', 'predictions')
      tensors.set(`${place}/${part === 'weight' ? 'kernel' : 'bias'}`, tensor)
    }
    const imported = await importWeights(
      await writeForeign(join(folder, 'keras.safetensors'), tensors),
    )
    expectSame(imported.weights)
    expect(imported.preprocessing.channelOrder).toBe('BGR')
  })

  test("torchvision's batch normalisation is folded into the convolution before it", async () => {
    const tensors = new Map<string, HostTensor>()
    let index = 0
    for (const layer of weightLayers(SPEC).filter((name) => name.startsWith('conv'))) {
      const weight = WEIGHTS.get(`${layer}.weight`)
      const bias = WEIGHTS.get(`${layer}.bias`)
      if (weight === undefined || bias === undefined) throw new Error(layer)
      tensors.set(`features.${index}.weight`, toOihw(weight))
      tensors.set(`features.${index}.bias`, bias)
      const constant = (value: number): HostTensor => ({
        shape: bias.shape,
        data: bias.data.map(() => value),
      })
      tensors.set(`features.${index + 1}.weight`, constant(2))
      tensors.set(`features.${index + 1}.bias`, constant(1))
      tensors.set(`features.${index + 1}.running_mean`, constant(0.5))
      tensors.set(`features.${index + 1}.running_var`, constant(4 - 1e-5))
      index += 3
    }
    const imported = await importWeights(
      await writeForeign(join(folder, 'bn.safetensors'), tensors),
    )
    // 2 (x - 0.5) / sqrt(4) + 1 = x + 0.5
    for (const [name, { data, shape }] of convolutionsOf(WEIGHTS)) {
      const shift = name.endsWith('bias') ? 0.5 : 0
      const expected = { shape, data: data.map((value) => value + shift) }
      expect(differenceOf(imported.weights.get(name), expected)).toBeLessThan(1e-6)
    }
    expect(imported.report.notes.join()).toMatch(/folded/)
    expect(imported.report.hasHead).toBe(false)
  })

  test('the lab’s own file comes back with its classes and preprocessing', async () => {
    const preprocessing = {
      ...{ channelOrder: 'RGB', scale: 1, mean: [1, 2, 3], deviation: [1, 1, 1], inputSize: 64 },
      resize: 'smallest-side-then-centre-crop',
    }
    const metadata = {
      format: 'vgg-lab',
      network: JSON.stringify(SPEC),
      preprocessing: JSON.stringify(preprocessing),
      class_names: JSON.stringify(['a', 'b', 'c', 'd']),
    }
    const path = await writeForeign(join(folder, 'own.safetensors'), WEIGHTS, metadata)
    const imported = await importWeights(path)
    expectSame(imported.weights)
    expect(imported).toMatchObject({
      network: SPEC,
      preprocessing,
      classNames: ['a', 'b', 'c', 'd'],
    })
    const asked = await importWeights(path, { preprocessing: 'torchvision' })
    expect(asked.preprocessing).toMatchObject({ scale: 1 / 255, inputSize: 64 })
    const torn = { ...metadata, network: '{"configuration":"Z"}' }
    expect(
      await fault(await writeForeign(join(folder, 'torn.safetensors'), WEIGHTS, torn)),
    ).toMatch(/inconsistent/)
  })

  test('another network gets one line that lists what was found', async () => {
    const tensors = toTorchvision(SPEC, WEIGHTS)
    tensors.delete('features.10.weight')
    const path = await writeForeign(join(folder, 'other.safetensors'), tensors)
    expect(await fault(path)).toMatch(/one of A, A-LRN, B, C, D, E .*got 12 \(3x3x2, /)
    expect(await fault(join(folder, 'weights.h5'))).toMatch(
      /\.onnx or \.safetensors; got weights\.h5/,
    )
  })
})
