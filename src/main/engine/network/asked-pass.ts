import { INPUT, type Layer, type Network } from '../../../shared/vgg'
import { emitChannelSummary } from './channel-summary'
import { emitGlance } from './glance'
import { attribute, type GraphWriter, type NodeOutput } from './graph-writer'
import type { Emitter } from './layers/layer-graph'
import { softmaxGraph } from './layers/softmax'
import type { PassNodes } from './nodes'
import { cast, elementwise, integerConstant, reshape, sum } from './ops'
import { emitBackward, type Pass } from './pass'

/** What the passes of a network share. */
export interface AskedPassInputs {
  readonly network: Network
  /** The preprocessed pictures, float32. */
  readonly pictures: NodeOutput
  /** float32 `[N, classes]` */
  readonly scoreGradient: NodeOutput
}

/** Emits all that a picture's pass can be asked for. Nothing of it is run unless it is fetched. */
export function emitAskedPass(
  emitter: Emitter,
  { network, pictures, scoreGradient }: AskedPassInputs,
  pass: Pass,
  nodes: PassNodes,
): void {
  emitProbabilities(emitter.graph, network, pass, nodes)
  emitTaps(emitter, pictures, pass, nodes)
  emitGlance(emitter, pass, nodes)
  emitScoreGradients(emitter, scoreGradient, pass, nodes)
}

function emitProbabilities(
  graph: GraphWriter,
  network: Network,
  pass: Pass,
  nodes: PassNodes,
): void {
  const layer = network.layers[network.layers.length - 1]
  if (layer === undefined) throw new Error('A network without layers cannot be compiled.')
  const tensors = { input: pass.scores, weight: null, bias: null }
  const output = softmaxGraph.forward({ graph, type: 'float32' }, layer, tensors)
  expose(graph, output, nodes.probabilities)
  for (const stage of ['pre-relu', 'output'] as const)
    expose(graph, output, nodes.tap({ layer: layer.name, stage }))
}

/** Every layer's output, before and after its ReLU, with its channels' summary; the preprocessed input. */
function emitTaps(
  { graph, type }: Emitter,
  pictures: NodeOutput,
  pass: Pass,
  nodes: PassNodes,
): void {
  for (const { layer, tensors, activation } of pass.layers) {
    const stages = { 'pre-relu': tensors.output, output: activation } as const
    for (const stage of ['pre-relu', 'output'] as const) {
      const output = cast(graph, stages[stage], type, 'float32')
      expose(graph, output, nodes.tap({ layer: layer.name, stage }))
      if (stage === 'output') emitChannelSummary(graph, layer, output, nodes)
    }
  }
  for (const stage of ['pre-relu', 'output'] as const)
    expose(graph, pictures, nodes.tap({ layer: INPUT, stage }))
}

/**
 * Gradients of a score with respect to every layer and the input, plain and guided. The plain one
 * can be entered at every layer, for the gradient of a unit that is no score.
 */
function emitScoreGradients(
  emitter: Emitter,
  asked: NodeOutput,
  pass: Pass,
  nodes: PassNodes,
): void {
  const { graph, type } = emitter
  const scoreGradient = cast(graph, asked, 'float32', type)
  const outputs = new Map(pass.layers.map(({ layer, tensors }) => [layer, tensors.output]))
  const enter = (layer: Layer, gradient: NodeOutput): NodeOutput => {
    const { name } = layer
    const entry = expose(graph, cast(graph, gradient, type, 'float32'), nodes.unitGradient(name))
    const output = outputs.get(layer)
    if (output !== undefined) {
      const parts = [cast(graph, output, type, 'float32'), entry]
      const product = elementwise(graph, 'Mul', parts, 'float32')
      const flat = reshape(graph, product, integerConstant(graph, [-1]), 'float32')
      expose(graph, sum(graph, flat, [0], 'float32'), nodes.unitScore(name))
    }
    return cast(graph, entry, 'float32', type)
  }
  for (const guided of [false, true]) {
    const { activations } = graph.within(guided ? 'guided-gradient' : 'gradient', () =>
      emitBackward(emitter, pass, {
        scoreGradient,
        learns: () => false,
        toInput: true,
        guided,
        ...(guided ? {} : { enter }),
      }),
    )
    for (const [name, gradient] of activations) {
      expose(graph, cast(graph, gradient, type, 'float32'), nodes.gradient(name, guided))
    }
  }
}

function expose(graph: GraphWriter, output: NodeOutput, name: string): NodeOutput {
  return graph.node('Identity', [output], { T: attribute.type('float32') }, { name })
}
