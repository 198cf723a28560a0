import { itemAt, present } from '../../../shared/present'
import { hasMaps, isUnderScores, type Layer, type Network } from '../../../shared/vgg'
import { attribute, type GraphWriter, type NodeOutput } from './graph-writer'
import type { Emitter } from './layers/layer-graph'
import { FETCHED } from './nodes'
import { countElements, type TensorKind, type NetworkParameter } from './parameters'
import { cast, integerConstant, reshape, sum } from './ops'
import type { Gradients, Pass } from './pass'
import type { HostTensor } from '../tensors/host-tensor'
import type { SignalSums, TensorStatistics, TensorSums } from './layer-sums'

/*
 * What the layers are doing, in a few numbers: sums over a layer's units or weights, taken inside the
 * graph, so that no activation and no weight leaves it. A call that fetches none of them pays nothing.
 */

/** Values of a sample, approximately and at most. */
const SAMPLE_SIZE = 16_384

/** Emits the sums of each layer's signal and of the gradient with respect to it, and its peaks. */
export function emitSignals({ graph, type }: Emitter, pass: Pass, gradients: Gradients): void {
  const sums = (name: string, tensor: NodeOutput): void =>
    emitSums(graph, name, cast(graph, tensor, type, 'float32'))
  for (const { layer, tensors, activation } of pass.layers) {
    sums(FETCHED.signalSums(layer.name, 'pre-relu'), tensors.output)
    sums(FETCHED.signalSums(layer.name, 'output'), activation)
    const gradient = gradients.activations.get(layer.name)
    if (gradient !== undefined) sums(FETCHED.signalSums(layer.name, 'gradient'), gradient)
    if (layer.relu) emitPeaks({ graph, type }, layer, activation)
  }
}

/** The largest activation of each channel over the batch and all positions. */
function emitPeaks({ graph, type }: Emitter, layer: Layer, activation: NodeOutput): void {
  const axes = hasMaps(layer) ? [0, 1, 2] : [0]
  const largest = graph.node('Max', [activation, integerConstant(graph, axes)], {
    T: attribute.type(type),
    Tidx: attribute.type('int32'),
  })
  const peaks = cast(graph, largest, type, 'float32')
  const name = FETCHED.peaks(layer.name)
  graph.node('Identity', [peaks], { T: attribute.type('float32') }, { name })
}

/** Emits the statistics of a parameter's tensor: its value, its velocity or its gradient. */
export function emitTensorStatistics(
  graph: GraphWriter,
  kind: TensorKind,
  { name, shape }: NetworkParameter,
  tensor: NodeOutput,
): void {
  emitSums(graph, FETCHED.tensorSums(kind, name), tensor)
  const count = countElements(shape)
  const flat = reshape(graph, tensor, integerConstant(graph, [-1]), 'float32')
  const [begin, end, strides] = [0, count, sampleStride(shape)].map((value) =>
    integerConstant(graph, [value]),
  )
  if (begin === undefined || end === undefined || strides === undefined) return
  graph.node(
    'StridedSlice',
    [flat, begin, end, strides],
    { T: attribute.type('float32'), Index: attribute.type('int32') },
    { name: FETCHED.tensorSample(kind, name) },
  )
}

/** The stride of a sample; it shares no divisor with the number of outputs, so that all are sampled. */
export function sampleStride(shape: readonly number[]): number {
  const outputs = present(shape[shape.length - 1])
  let stride = Math.max(1, Math.ceil(countElements(shape) / SAMPLE_SIZE))
  while (greatestDivisor(stride, outputs) > 1) stride += 1
  return stride
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

/** float32 `[2]`: the sum of all values, and half the sum of their squares. */
function emitSums(graph: GraphWriter, name: string, tensor: NodeOutput): void {
  const flat = reshape(graph, tensor, integerConstant(graph, [-1]), 'float32')
  const halfSquares = graph.node('L2Loss', [tensor], { T: attribute.type('float32') })
  graph.node(
    'Pack',
    [sum(graph, flat, [0], 'float32'), halfSquares],
    { N: attribute.integer(2), T: attribute.type('float32'), axis: attribute.integer(0) },
    { name },
  )
}

/** Reads the sums of all layers of a network's training pass. */
export class SignalFetches {
  readonly #layers: readonly { layer: Layer; hasGradient: boolean }[]

  /** @param learns - whether updates touch a layer: below the lowest that does no gradient goes */
  constructor(network: Network, learns: (layer: Layer) => boolean) {
    const lowest = network.layers.findIndex(learns)
    this.#layers = network.layers
      .map((layer, index) => ({ layer, hasGradient: lowest >= 0 && index >= lowest }))
      .filter(({ layer }) => isUnderScores(layer))
  }

  get names(): string[] {
    return this.#layers.flatMap(({ layer: { name }, hasGradient }) => [
      FETCHED.signalSums(name, 'pre-relu'),
      FETCHED.signalSums(name, 'output'),
      ...(hasGradient ? [FETCHED.signalSums(name, 'gradient')] : []),
    ])
  }

  /** @param tensors - of {@link SignalFetches.names}, in order */
  read(tensors: readonly HostTensor[], pictures: number): SignalSums[] {
    let next = 0
    return this.#layers.map(({ layer, hasGradient }) => {
      const count = pictures * countElements(layer.output)
      const take = (): TensorSums => readSums(tensors[next++], count)
      return {
        layer: layer.name,
        preRelu: take(),
        output: take(),
        gradient: hasGradient ? take() : null,
      }
    })
  }
}

function readSums(tensor: HostTensor | undefined, count: number): TensorSums {
  const { data } = present(tensor)
  return { count, sum: itemAt(data, 0), sumOfSquares: 2 * itemAt(data, 1) }
}

/** Names of what is fetched for the statistics of parameters, and how it is read. */
export function listTensorFetches(
  kind: TensorKind,
  parameters: readonly NetworkParameter[],
): string[] {
  return parameters.flatMap(({ name }) => [
    FETCHED.tensorSums(kind, name),
    FETCHED.tensorSample(kind, name),
  ])
}

/** @param tensors - of {@link listTensorFetches}, in order */
export function readTensorStatistics(
  parameters: readonly NetworkParameter[],
  tensors: readonly HostTensor[],
): TensorStatistics[] {
  return parameters.map(({ layer, shape }, index) => ({
    layer: layer.name,
    ...readSums(tensors[2 * index], countElements(shape)),
    sample: itemAt(tensors, 2 * index + 1).data,
  }))
}
