import { biasAdd, integerConstant, matrixProduct, reshape, shapeOf } from '../ops'
import { requireWeights, type Emitter, type LayerGraph } from './layer-graph'
import type { Layer } from '../../../../shared/vgg'
import type { NodeOutput } from '../graph-writer'

/** `[N, H, W, C]` (fc6) or `[N, units]` to `[N, inputs]`, in the order of the weights' rows. */
function flatten({ graph, type }: Emitter, layer: Layer, input: NodeOutput): NodeOutput {
  const [height, width, channels] = layer.input
  return reshape(graph, input, integerConstant(graph, [-1, height * width * channels]), type)
}

/** A fully connected layer: a matrix product, then its bias. */
export const fullyConnectedGraph: LayerGraph = {
  forward(emitter, layer, tensors) {
    const { weight, bias } = requireWeights(layer, tensors)
    const rows = flatten(emitter, layer, tensors.input)
    const sums = matrixProduct(emitter.graph, rows, weight, emitter.type)
    return biasAdd(emitter.graph, sums, bias, emitter.type)
  },

  inputGradient(emitter, layer, tensors, gradient) {
    const { graph, type } = emitter
    const { weight } = requireWeights(layer, tensors)
    const rows = matrixProduct(graph, gradient, weight, type, { right: true })
    return reshape(graph, rows, shapeOf(graph, tensors.input, type), type)
  },

  weightGradient(emitter, layer, tensors, gradient) {
    const rows = flatten(emitter, layer, tensors.input)
    return matrixProduct(emitter.graph, rows, gradient, emitter.type, { left: true })
  },
}
