import { describe, expect, it } from 'vitest'
import {
  attribute,
  GraphWriter,
  type ElementType,
  type NodeOutput,
} from '../../../src/main/engine/network/graph-writer'
import { LAYER_GRAPHS } from '../../../src/main/engine/network/layers'
import { applyMask, dropoutMask } from '../../../src/main/engine/network/layers/dropout'
import { rectify, rectifyGradient } from '../../../src/main/engine/network/layers/relu'
import { crossEntropy } from '../../../src/main/engine/network/layers/softmax'
import type { Emitter } from '../../../src/main/engine/network/layers/layer-graph'
import { biasGradient, cast, elementwise, placeholder } from '../../../src/main/engine/network/ops'
import { countElements } from '../../../src/main/engine/network/parameters'
import { GraphSession, type Feed, type Feeds } from '../../../src/main/engine/network/saved-model'
import {
  convolution,
  fullyConnected,
  lrn,
  pooling,
  softmax,
  type Layer,
  type LayerArithmetic,
  type LayerKind,
  type Shape,
} from '../../../src/shared/vgg'
import { checkTensorCount, makeRandom } from './fixtures'

checkTensorCount()

/**
 * Gradients against central differences. In float64 (the graph casts at its borders) a step of
 * 1e-3 leaves a truncation error of about 1e-6 of the third derivative, and the loss comes out in
 * two float32 halves, so that 1e-5 of the largest gradient is reached by a right gradient and by
 * no wrong one. TensorFlow's LRN has float32 kernels alone: its inputs are some 10 in size, so that
 * the sum of squares counts, and losses of about 50 are rounded at 3e-6, which a step of 0.25 makes
 * 1e-5 of the largest slope; what the truncation adds stays below 1e-3.
 */
interface Measure {
  readonly type: ElementType
  readonly step: number
  /** Of the largest gradient. */
  readonly tolerance: number
}
const FLOAT64: Measure = { type: 'float64', step: 1e-3, tolerance: 1e-5 }
const FLOAT32: Measure = { type: 'float32', step: 0.25, tolerance: 1e-3 }

const makeLayer = (kind: LayerKind, input: Shape, arithmetic: LayerArithmetic): Layer => ({
  ...arithmetic,
  name: kind,
  kind,
  input,
  relu: false,
  dropout: false,
  block: null,
  receptiveField: 1,
  stride: 1,
  offset: 0,
})

interface Check {
  /** Inputs by name, with their shapes. */
  readonly inputs: Readonly<Record<string, readonly number[]>>
  /** Emits the output, and the gradients by input from the output's gradient. */
  readonly emit: (
    emitter: Emitter,
    inputs: Readonly<Record<string, NodeOutput>>,
  ) => {
    output: NodeOutput
    gradients: (gradient: NodeOutput) => Readonly<Record<string, NodeOutput>>
  }
  readonly outputShape: readonly number[]
  /** Draws an input's values; normal-like within [-1, 1] when left out. */
  readonly draw?: (random: () => number, index: number) => number
}

const PICTURES = 2

/** loss = sum(output * direction), for a fixed random direction. */
async function checkGradients(check: Check, measure: Measure): Promise<void> {
  const random = makeRandom(5)
  const draw = check.draw ?? ((next: () => number) => next() * 2 - 1)
  const feeds: Record<string, Feed> = {}
  const graph = new GraphWriter()
  const { type } = measure
  const emitter: Emitter = { graph, type }
  const inputs: Record<string, NodeOutput> = {}
  const feed = (name: string, shape: readonly number[]): NodeOutput => {
    const data = Float32Array.from({ length: countElements(shape) }, (_, index) =>
      draw(random, index),
    )
    feeds[name] = { shape, data }
    return cast(graph, placeholder(graph, name, 'float32', shape), 'float32', type)
  }
  for (const [name, shape] of Object.entries(check.inputs)) inputs[name] = feed(name, shape)
  const direction = feed('direction', check.outputShape)
  const { output, gradients } = check.emit(emitter, inputs)
  const weighted = elementwise(graph, 'Mul', [output, direction], type)
  const axes = Int32Array.from(check.outputShape.keys())
  const axesNode = graph.node('Const', [], {
    dtype: attribute.type('int32'),
    value: attribute.tensor('int32', [axes.length], new Uint8Array(axes.buffer)),
  })
  const loss = graph.node('Sum', [weighted, axesNode], {
    T: attribute.type(type),
    Tidx: attribute.type('int32'),
  })
  const high = cast(graph, loss, type, 'float32')
  const rest = elementwise(graph, 'Sub', [loss, cast(graph, high, 'float32', type)], type)
  const expose = (node: NodeOutput, name: string): NodeOutput =>
    graph.node('Identity', [node], { T: attribute.type('float32') }, { name })
  expose(high, 'loss/high')
  expose(cast(graph, rest, type, 'float32'), 'loss/low')
  const emitted = gradients(direction)
  for (const [name, node] of Object.entries(emitted)) {
    expose(cast(graph, node, type, 'float32'), `gradient/${name}`)
  }
  graph.signature('loss', {}, { loss: { node: 'loss/high', type: 'float32', shape: [] } })
  const session = await GraphSession.open(graph, 'loss')

  const measureLoss = (given: Feeds): number => {
    const [top, bottom] = session.run(given, ['loss/high', 'loss/low'])
    return (top?.data[0] ?? Number.NaN) + (bottom?.data[0] ?? Number.NaN)
  }
  for (const name of Object.keys(emitted)) {
    const [gradient] = session.run(feeds, [`gradient/${name}`])
    const data = gradient?.data ?? new Float32Array()
    const input = feeds[name]
    if (input === undefined) throw new Error(`No input ${name}.`)
    expect(data.length).toBe(input.data.length)
    const magnitude = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
    expect(magnitude).toBeGreaterThan(0)
    for (let index = 0; index < data.length; index++) {
      const moved = (by: number): number => {
        const values = Float32Array.from(input.data)
        values[index] = (values[index] ?? 0) + by
        return measureLoss({ ...feeds, [name]: { shape: input.shape, data: values } })
      }
      const value = input.data[index] ?? 0
      // The step as float32 has it.
      const width = Math.fround(value + measure.step) - Math.fround(value - measure.step)
      const slope = (moved(measure.step) - moved(-measure.step)) / width
      const error = Math.abs((data[index] ?? Number.NaN) - slope) / magnitude
      expect(error, `${name}[${index}]`).toBeLessThan(measure.tolerance)
    }
  }
  session.dispose()
}

/** A check of a layer kind with the shapes that its arithmetic gives. */
function ofKind(kind: LayerKind, input: Shape, arithmetic: LayerArithmetic): Check {
  const layer = makeLayer(kind, input, arithmetic)
  const { weightShape, output: outputShape } = arithmetic
  const isFlat = kind === 'fully-connected' || kind === 'softmax'
  const weightInputs: Check['inputs'] =
    weightShape === null ? {} : { weight: weightShape, bias: [outputShape[2]] }
  return {
    inputs: {
      input: kind === 'softmax' ? [PICTURES, input[2]] : [PICTURES, ...input],
      ...weightInputs,
    },
    outputShape: isFlat ? [PICTURES, outputShape[2]] : [PICTURES, ...outputShape],
    emit: (emitter, inputs) => {
      const operations = LAYER_GRAPHS[kind]
      const given = {
        input: inputs.input ?? '',
        weight: inputs.weight ?? null,
        bias: inputs.bias ?? null,
      }
      const output = operations.forward(emitter, layer, given)
      const tensors = { ...given, output }
      return {
        output,
        gradients: (gradient) => ({
          input: operations.inputGradient(emitter, layer, tensors, gradient),
          ...(operations.weightGradient && {
            weight: operations.weightGradient(emitter, layer, tensors, gradient),
            bias: biasGradient(emitter.graph, gradient, emitter.type),
          }),
        }),
      }
    },
  }
}

/** Values at least 0.1 apart and away from 0, so that no step crosses a maximum or a kink. */
const apart = (_random: () => number, index: number): number =>
  (((index * 37) % 101) - 50.5) / 50 + ((index * 37) % 101) * 1e-6

describe('the gradient of each layer kind is the slope of its output', () => {
  it.each([
    ['a 3x3 convolution', ofKind('convolution', [4, 5, 2], convolution([4, 5, 2], 3, 3))],
    ['a 1x1 convolution', ofKind('convolution', [3, 3, 3], convolution([3, 3, 3], 1, 2))],
    [
      'a fully connected layer on maps',
      ofKind('fully-connected', [2, 2, 3], fullyConnected([2, 2, 3], 4)),
    ],
    ['max-pooling', { ...ofKind('pooling', [4, 4, 2], pooling([4, 4, 2])), draw: apart }],
    ['soft-max', ofKind('softmax', [1, 1, 5], softmax([1, 1, 5]))],
  ] as const)('%s', async (_name, check) => {
    await checkGradients(check, FLOAT64)
  })

  it('LRN', async () => {
    const check = ofKind('lrn', [2, 2, 7], lrn([2, 2, 7]))
    await checkGradients(
      { ...check, draw: (random) => (random() - 0.3) * 40 },
      {
        ...FLOAT32,
        step: 0.25,
      },
    )
  })

  it('ReLU', async () => {
    await checkGradients(
      {
        inputs: { input: [PICTURES, 6] },
        outputShape: [PICTURES, 6],
        draw: apart,
        emit: (emitter, { input = '' }) => {
          const output = rectify(emitter, input)
          return {
            output,
            gradients: (gradient) => ({ input: rectifyGradient(emitter, output, gradient) }),
          }
        },
      },
      FLOAT64,
    )
  })

  it('dropout, with its mask held fixed by the key', async () => {
    await checkGradients(
      {
        inputs: { input: [PICTURES, 20] },
        outputShape: [PICTURES, 20],
        emit: (emitter, { input = '' }) => {
          const { graph } = emitter
          const scalar = (value: number): NodeOutput =>
            graph.node('Const', [], {
              dtype: attribute.type('float32'),
              value: attribute.tensor(
                'float32',
                [],
                new Uint8Array(new Float32Array([value]).buffer),
              ),
            })
          const key = graph.node('Const', [], {
            dtype: attribute.type('int32'),
            value: attribute.tensor('int32', [2], new Uint8Array(Int32Array.of(4, 9).buffer)),
          })
          const feeds = { rate: scalar(0.4), keptScale: scalar(1 / 0.6), key }
          const mask = dropoutMask(emitter, input, feeds)
          return {
            output: applyMask(emitter, input, mask),
            gradients: (gradient) => ({ input: applyMask(emitter, gradient, mask) }),
          }
        },
      },
      FLOAT64,
    )
  })

  it('soft-max with cross entropy', async () => {
    const graph = new GraphWriter()
    const scores = placeholder(graph, 'scores', 'float32', [-1, 4])
    const labels = placeholder(graph, 'labels', 'int32', [-1])
    const { lossSum, scoreGradient } = crossEntropy(graph, scores, labels)
    graph.node('Identity', [lossSum], { T: attribute.type('float32') }, { name: 'loss' })
    graph.node('Identity', [scoreGradient], { T: attribute.type('float32') }, { name: 'gradient' })
    graph.signature('loss', {}, { loss: { node: 'loss', type: 'float32', shape: [] } })
    const session = await GraphSession.open(graph, 'loss')
    const data = Float32Array.of(0.5, -1, 2, 0.25, 1, 1, -2, 0)
    const feeds = {
      scores: { shape: [2, 4], data },
      labels: { shape: [2], data: Int32Array.of(2, 0) },
    }
    const [loss, gradient] = session.run(feeds, ['loss', 'gradient'])
    let expectedLoss = 0
    for (const [row, label] of [2, 0].entries()) {
      const own = Array.from(data.subarray(row * 4, row * 4 + 4))
      const total = own.reduce((sum, value) => sum + Math.exp(value), 0)
      expectedLoss += Math.log(total) - (own[label] ?? 0)
      own.forEach((value, column) => {
        const expected = Math.exp(value) / total - (column === label ? 1 : 0)
        expect(gradient?.data[row * 4 + column]).toBeCloseTo(expected, 6)
      })
    }
    expect(loss?.data[0]).toBeCloseTo(expectedLoss, 5)
    session.dispose()
  })
})
