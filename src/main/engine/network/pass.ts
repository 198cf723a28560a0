import { isAboveScores, INPUT, type Layer, type Network } from '../../../shared/vgg'
import type { NodeOutput } from './graph-writer'
import { LAYER_GRAPHS } from './layers'
import { applyMask, dropoutMask, type DropoutFeeds } from './layers/dropout'
import type { Emitter, LayerTensors } from './layers/layer-graph'
import { rectify, rectifyGradient } from './layers/relu'
import { biasGradient, cast, elementwise } from './ops'
import { parametersOfLayer } from './parameters'
import { readVariable } from './variables'

/** One layer of a forward pass, with what its backward side needs. */
export interface PassLayer {
  readonly layer: Layer
  readonly tensors: LayerTensors
  /** After the ReLU, where there is one, and what else was asked: what dropout and the next layer get. */
  readonly activation: NodeOutput
  /** After the ReLU alone. */
  readonly rectified: NodeOutput
  /** What it was multiplied by after the ReLU, `[C]`; null where nothing was. */
  readonly factors: NodeOutput | null
  readonly mask: NodeOutput | null
}

/** A layer's activation in place of the one that it is made of. */
export interface ScaledActivation {
  readonly activation: NodeOutput
  /** What it was multiplied by, `[C]` in the emitter's type; null where nothing was. */
  readonly factors: NodeOutput | null
}

/** A forward pass up to the class scores (fc8). */
export interface Pass {
  readonly layers: readonly PassLayer[]
  /** `[N, classes]` in float32. */
  readonly scores: NodeOutput
}

/**
 * Emits the forward pass. Weights are read from the variables of their names.
 *
 * @param input - the preprocessed pictures in the emitter's type
 * @param dropoutFor - feeds for a layer that has dropout; null for a pass without
 * @param scale - multiplies a layer's activation by channel
 */
export function emitForward(
  emitter: Emitter,
  network: Network,
  input: NodeOutput,
  dropoutFor: ((layer: Layer) => DropoutFeeds) | null,
  scale: (layer: Layer, activation: NodeOutput) => ScaledActivation = (_, activation) => ({
    activation,
    factors: null,
  }),
): Pass {
  const { graph, type } = emitter
  const layers: PassLayer[] = []
  let current = input
  for (const layer of network.layers) {
    if (isAboveScores(layer)) break
    graph.within(layer.name, () => {
      const parameters = parametersOfLayer(layer)
      const read = (name: string): NodeOutput =>
        cast(graph, readVariable(graph, name), 'float32', type)
      const given = {
        input: current,
        weight: parameters && read(parameters.weight.name),
        bias: parameters && read(parameters.bias.name),
      }
      const output = LAYER_GRAPHS[layer.kind].forward(emitter, layer, given)
      const rectified = layer.relu ? rectify(emitter, output) : output
      const { activation, factors } = scale(layer, rectified)
      const mask =
        layer.dropout && dropoutFor !== null
          ? dropoutMask(emitter, activation, dropoutFor(layer))
          : null
      const tensors = { ...given, output }
      layers.push({ layer, tensors, activation, rectified, factors, mask })
      current = mask === null ? activation : applyMask(emitter, activation, mask)
    })
  }
  return { layers, scores: cast(graph, current, type, 'float32') }
}

/** Gradients with respect to one layer's parameters, in the emitter's type. */
export interface ParameterGradients {
  readonly layer: Layer
  readonly weight: NodeOutput
  readonly bias: NodeOutput
  /** The node of the backward pass that still reads the weights, if any. */
  readonly weightReader: NodeOutput | null
}

/** What a backward pass computes. */
export interface BackwardRequest {
  /** Gradient with respect to the scores, in the emitter's type. */
  readonly scoreGradient: NodeOutput
  /** Layers whose parameters' gradients are wanted. */
  readonly learns: (layer: Layer) => boolean
  /** Go on to the input, past the lowest layer that learns. */
  readonly toInput: boolean
  readonly guided?: boolean
  /**
   * Makes a way in: is given the gradient with respect to a layer's output before its ReLU, and
   * what it gives is passed down in its place.
   */
  readonly enter?: (layer: Layer, gradient: NodeOutput) => NodeOutput
}

/** Gradients of a backward pass. */
export interface Gradients {
  readonly parameters: readonly ParameterGradients[]
  /** With respect to each layer's activation, and to `input` where asked. */
  readonly activations: ReadonlyMap<string, NodeOutput>
}

/** Emits the way back through a pass. */
export function emitBackward(emitter: Emitter, pass: Pass, request: BackwardRequest): Gradients {
  const { graph, type } = emitter
  const parameters: ParameterGradients[] = []
  const activations = new Map<string, NodeOutput>()
  const lowest = request.toInput ? 0 : pass.layers.findIndex(({ layer }) => request.learns(layer))
  let gradient = request.scoreGradient
  for (let index = pass.layers.length - 1; lowest >= 0 && index >= lowest; index--) {
    const step = pass.layers[index]
    if (step === undefined) break
    const { layer, tensors } = step
    graph.within(layer.name, () => {
      if (step.mask !== null) gradient = applyMask(emitter, gradient, step.mask)
      activations.set(layer.name, gradient)
      if (step.factors !== null)
        gradient = elementwise(graph, 'Mul', [gradient, step.factors], type)
      if (layer.relu) gradient = rectifyGradient(emitter, step.rectified, gradient, request.guided)
      if (request.enter !== undefined) gradient = request.enter(layer, gradient)
      const kind = LAYER_GRAPHS[layer.kind]
      const isLast = index === lowest && !request.toInput
      const below = isLast ? null : kind.inputGradient(emitter, layer, tensors, gradient)
      if (kind.weightGradient && request.learns(layer)) {
        parameters.push({
          layer,
          weight: kind.weightGradient(emitter, layer, tensors, gradient),
          bias: biasGradient(graph, gradient, type),
          weightReader: below,
        })
      }
      if (below !== null) gradient = below
    })
  }
  if (request.toInput) activations.set(INPUT, gradient)
  return { parameters, activations }
}
