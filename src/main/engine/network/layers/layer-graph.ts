import type { Layer } from '../../../../shared/vgg'
import type { ElementType, GraphWriter, NodeOutput } from '../graph-writer'

/** What a layer is compiled into. */
export interface Emitter {
  readonly graph: GraphWriter
  /** Element type of activations, and of the weights as the layer reads them. */
  readonly type: ElementType
}

/** The tensors of one layer that its backward side needs again. */
export interface LayerTensors {
  readonly input: NodeOutput
  /** Weights as read and cast in this pass; null for a layer without. */
  readonly weight: NodeOutput | null
  readonly bias: NodeOutput | null
  /** What the layer computed, before the ReLU. */
  readonly output: NodeOutput
}

/** Forward and backward of one layer kind: what `shared/vgg/layer-kinds` computes, as operations. */
export interface LayerGraph {
  /** The layer's output before its ReLU. */
  forward(emitter: Emitter, layer: Layer, tensors: Omit<LayerTensors, 'output'>): NodeOutput
  /** Gradient with respect to the layer's input, from the one with respect to its output. */
  inputGradient(
    emitter: Emitter,
    layer: Layer,
    tensors: LayerTensors,
    gradient: NodeOutput,
  ): NodeOutput
  /** Gradient with respect to the weights, for a layer that has some. */
  weightGradient?(
    emitter: Emitter,
    layer: Layer,
    tensors: LayerTensors,
    gradient: NodeOutput,
  ): NodeOutput
}

/** The weights of a layer that must have some. */
export function requireWeights(
  layer: Layer,
  { weight, bias }: Omit<LayerTensors, 'output'>,
): { weight: NodeOutput; bias: NodeOutput } {
  if (weight === null || bias === null) throw new Error(`${layer.name} was given no weights.`)
  return { weight, bias }
}

/** Shape of the weights of a layer that must have some. */
export function requireWeightShape({ name, weightShape }: Layer): readonly number[] {
  if (weightShape === null) throw new Error(`${name} has no weights.`)
  return weightShape
}
