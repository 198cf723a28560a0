import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { importWeights } from '../../../../src/main/engine/weights/import-weights'
import { CONFIGURATION_NAMES } from '../../../../src/shared/vgg'
import {
  makeLabWeights,
  mapUnder,
  toOutIn,
  toOnnx,
  weightLayers,
  type OnnxStyle,
} from '../../../support/foreign-weights'
import { rawFloats, type OnnxNodeParts } from '../../../support/onnx-file'
import { SPEC, WEIGHTS, convolutionsOf, differenceOf, expectSame, fault } from './check-weights'

const folder = mkdtempSync(join(tmpdir(), 'vgg-lab-weights-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function writeOnnxFile(name: string, style: OnnxStyle, spec = SPEC, weights = WEIGHTS): string {
  const path = join(folder, `${name}.onnx`)
  writeFileSync(path, toOnnx(spec, weights, style))
  return path
}

describe('ONNX', () => {
  test.each(CONFIGURATION_NAMES)(
    '%s comes back from the layout of PyTorch',
    async (configuration) => {
      const spec = { ...SPEC, configuration }
      const weights = makeLabWeights(spec)
      const path = writeOnnxFile(`torch-${configuration}`, { isKeras: false }, spec, weights)
      const imported = await importWeights(path)
      expectSame(imported.weights, weights)
      expect(imported.network).toEqual(spec)
      expect(imported.preprocessing).toMatchObject({
        channelOrder: 'RGB',
        mean: [0.485, 0.456, 0.406],
        inputSize: 64,
      })
      expect(imported.report).toMatchObject({ hasHead: true, unmapped: [] })
      expect(imported.report.mapped.map(({ layer }) => layer)).toEqual(weightLayers(spec))
      expect(imported.classNames).toEqual(['class 0', 'class 1', 'class 2', 'class 3'])
    },
  )

  test('Keras: maps flattened as H, W, C, MatMul and Add, BGR', async () => {
    const imported = await importWeights(writeOnnxFile('keras', { isKeras: true }))
    expectSame(imported.weights)
    expect(imported.preprocessing).toMatchObject({
      channelOrder: 'BGR',
      scale: 1,
      mean: [103.939, 116.779, 123.68],
    })
    expect(imported.report.preprocessing).toMatch(/assumed.*tf2onnx/)
  })

  test('weights in Constant nodes, behind a Transpose or an Identity', async () => {
    const path = writeOnnxFile('constants', {
      isKeras: true,
      isConstants: true,
      change: (nodes) =>
        nodes.flatMap((node) => {
          const { value } = node
          if (node.outputs?.[0] !== 'fc7/W' || value?.raw === undefined) return [node]
          const [inputs = 0, outputs = 0] = value.shape
          const rows = new Float32Array(value.raw.buffer, value.raw.byteOffset, inputs * outputs)
          const turned = rows.map((_, index) => {
            const [o, i] = [Math.floor(index / inputs), index % inputs]
            return rows[i * outputs + o] ?? NaN
          })
          const stored = { name: 'turned', shape: [outputs, inputs], raw: rawFloats(turned) }
          return [
            { op: 'Constant', outputs: ['turned'], value: stored },
            { op: 'Transpose', inputs: ['turned'], outputs: ['again'], integers: { perm: [1, 0] } },
            { op: 'Identity', inputs: ['again'], outputs: ['fc7/W'] },
          ]
        }),
    })
    expectSame((await importWeights(path)).weights)
  })

  test('a mean and a factor in the graph become the preprocessing', async () => {
    const constants = [
      { name: 'mean', shape: [1, 3, 1, 1], floats: [100, 110, 120] },
      { name: 'factor', shape: [], floats: [0.02] },
    ]
    const path = writeOnnxFile('scaled', {
      isKeras: false,
      initialisers: constants,
      before: [
        { op: 'Sub', inputs: ['mean'] },
        { op: 'Mul', inputs: ['factor'] },
      ],
    })
    const { preprocessing, report } = await importWeights(path)
    expect(preprocessing.scale).toBe(1)
    preprocessing.mean.forEach((mean, index) => expect(mean).toBeCloseTo(100 + 10 * index, 3))
    preprocessing.deviation.forEach((deviation) => expect(deviation).toBeCloseTo(50, 3))
    expect(report.preprocessing).toMatch(/the graph itself/)
  })

  test('batch normalisation is folded as a double computes it', async () => {
    const units = WEIGHTS.get('conv1_1.bias')?.data.length ?? 0
    const numbers = (from: number): number[] =>
      Array.from({ length: units }, (_, i) => from + i / 7)
    const [gamma, beta, mean, variance] = [numbers(0.5), numbers(-1), numbers(0.2), numbers(2)]
    const vectors = { gamma, beta, mean, variance }
    const path = writeOnnxFile('normalised', {
      isKeras: false,
      initialisers: Object.entries(vectors).map(([name, floats]) => ({
        name,
        shape: [units],
        floats,
      })),
      change: ([first, ...rest]) => [
        { ...first, op: 'Conv', outputs: ['before'] },
        {
          op: 'BatchNormalization',
          inputs: ['before', 'gamma', 'beta', 'mean', 'variance'],
          outputs: first?.outputs ?? [],
          float: { epsilon: 1e-3 },
        },
        ...rest,
      ],
    })
    const { weights } = await importWeights(path)
    const weight = WEIGHTS.get('conv1_1.weight')?.data ?? new Float32Array()
    const bias = WEIGHTS.get('conv1_1.bias')?.data ?? new Float32Array()
    const factor = (channel: number): number =>
      (gamma[channel] ?? 0) / Math.sqrt((variance[channel] ?? 0) + 1e-3)
    const expected = {
      weight: weight.map((value, index) => value * factor(index % units)),
      bias: bias.map((value, channel) => {
        return (value - (mean[channel] ?? 0)) * factor(channel) + (beta[channel] ?? 0)
      }),
    }
    for (const [part, data] of Object.entries(expected)) {
      const shape = [data.length]
      expect(differenceOf(weights.get(`conv1_1.${part}`), { shape, data })).toBeLessThan(1e-6)
    }
  })

  test('a head of another shape: the convolutions alone, and the file says what is left', async () => {
    const path = writeOnnxFile('four', {
      isKeras: true,
      initialisers: [{ name: 'fc9', shape: [4, 2], floats: [1, 2, 3, 4, 5, 6, 7, 8] }],
      change: (nodes) => {
        const scores = nodes[nodes.length - 2]?.outputs?.[0] ?? ''
        return [
          ...nodes.slice(0, -1),
          { op: 'Relu', inputs: [scores], outputs: ['hidden'] },
          { op: 'MatMul', inputs: ['hidden', 'fc9'], outputs: ['scores'] },
        ]
      },
    })
    const { weights, network, report, classNames } = await importWeights(path)
    expectSame(weights, convolutionsOf(WEIGHTS))
    expect(network).toMatchObject({ configuration: 'D', classes: 1, inputSize: 64 })
    expect(report.hasHead).toBe(false)
    expect(report.notes[0]).toMatch(
      /Only the convolutions are used: it has 4 fully connected layers/,
    )
    expect(report.unmapped.length).toBeGreaterThan(2)
    expect(classNames).toEqual(['no classifier'])
  })

  test('timm: the classifier as convolutions, then the mean of one position', async () => {
    const { side, channels } = mapUnder(SPEC)
    const path = writeOnnxFile('timm', {
      isKeras: false,
      change: (nodes) =>
        nodes.flatMap((node): OnnxNodeParts[] => {
          const { op, inputs = [], outputs } = node
          const [data = '', weight = '', bias = ''] = inputs
          if (op === 'Flatten') return [{ ...node, op: 'Identity' }]
          if (op !== 'Gemm') return [node]
          if (weight === 'fc8/W') {
            return [
              { op: 'GlobalAveragePool', inputs: [data], outputs: ['mean'] },
              { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
              { ...node, inputs: ['flat', weight, bias] },
            ]
          }
          const kernel = weight === 'fc6/W' ? side : 1
          const integers = { kernel_shape: [kernel, kernel], pads: [0, 0, 0, 0] }
          return [
            {
              op: 'Conv',
              inputs: [data, `${weight}4`, bias],
              ...(outputs && { outputs }),
              integers,
            },
          ]
        }),
      initialisers: ['fc6', 'fc7'].map((layer) => {
        const weight = WEIGHTS.get(`${layer}.weight`)
        const [inputs = 0, outputs = 0] = weight?.shape ?? []
        const map = layer === 'fc6' ? { side, channels } : { side: 1, channels: inputs }
        const { data } = toOutIn(weight ?? { shape: [], data: new Float32Array() }, map)
        const shape = [outputs, map.channels, map.side, map.side]
        return { name: `${layer}/W4`, shape, raw: rawFloats(data) }
      }),
    })
    const imported = await importWeights(path)
    expectSame(imported.weights)
    expect(imported.network).toEqual(SPEC)
  })

  test('what is no VGG gets one line', async () => {
    const stride = writeOnnxFile('stride', {
      isKeras: false,
      change: ([first, ...rest]) => [
        { op: 'Conv', ...first, integers: { ...first?.integers, strides: [2, 2] } },
        ...rest,
      ],
    })
    expect(await fault(stride)).toMatch(/Conv with stride 2 before its first convolution/)
    const shallow = writeOnnxFile('shallow', {
      isKeras: false,
      change: (nodes) => nodes.filter(({ op }, index) => op !== 'Relu' || index > 4),
    })
    expect(await fault(shallow)).toMatch(/Expected the convolutions/)
    const circle = writeOnnxFile('circle', {
      isKeras: false,
      change: ([first, ...rest]) => [
        { op: 'Identity', inputs: ['input'], outputs: ['input'] },
        ...(first ? [{ ...first, inputs: ['elsewhere'] }] : []),
        ...rest,
      ],
    })
    expect(await fault(circle)).toMatch(/circle/)
    const infinite = makeLabWeights(SPEC)
    const damaged = infinite.get('conv3_2.weight')
    if (damaged) damaged.data[7] = NaN
    expect(await fault(writeOnnxFile('nan', { isKeras: false }, SPEC, infinite))).toMatch(
      /finite weights in "Conv:.*NaN at position/,
    )
    const elsewhere = writeOnnxFile('external', {
      isKeras: false,
      initialisers: [{ name: 'far', shape: [2], location: 'weights.bin' }],
    })
    expect(await fault(elsewhere)).toMatch(/another file \(external data\)/)
  })
})
