import { attribute, type Attributes } from '../graph-writer'
import { biasAdd, integerConstant, shapeOf } from '../ops'
import { requireWeightShape, requireWeights, type Emitter, type LayerGraph } from './layer-graph'

const attributesOf = ({ type }: Emitter): Attributes => ({
  T: attribute.type(type),
  strides: attribute.integers([1, 1, 1, 1]),
  padding: attribute.text('SAME'),
})

/**
 * A square convolution with stride 1 and zero padding, then its bias. This is the one place where a
 * convolution becomes operations: another algorithm for it (Winograd) belongs here.
 */
export const convolutionGraph: LayerGraph = {
  forward(emitter, layer, tensors) {
    const { weight, bias } = requireWeights(layer, tensors)
    const sums = emitter.graph.node('Conv2D', [tensors.input, weight], attributesOf(emitter))
    return biasAdd(emitter.graph, sums, bias, emitter.type)
  },

  inputGradient(emitter, layer, tensors, gradient) {
    const { weight } = requireWeights(layer, tensors)
    const shape = shapeOf(emitter.graph, tensors.input, emitter.type)
    const inputs = [shape, weight, gradient]
    return emitter.graph.node('Conv2DBackpropInput', inputs, attributesOf(emitter))
  },

  weightGradient(emitter, layer, tensors, gradient) {
    const shape = integerConstant(emitter.graph, requireWeightShape(layer))
    const inputs = [tensors.input, shape, gradient]
    return emitter.graph.node('Conv2DBackpropFilter', inputs, attributesOf(emitter))
  },
}
