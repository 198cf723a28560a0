import { attribute, type Attributes } from '../graph-writer'
import type { Emitter, LayerGraph } from './layer-graph'
import type { Layer } from '../../../../shared/vgg'

function attributesOf({ type }: Emitter, { window }: Layer): Attributes {
  return {
    T: attribute.type(type),
    ksize: attribute.integers([1, window.kernel, window.kernel, 1]),
    strides: attribute.integers([1, window.stride, window.stride, 1]),
    padding: attribute.text('VALID'),
  }
}

/** Max-poolingGraph; the gradient goes to the largest input of each window, the first one of a tie. */
export const poolingGraph: LayerGraph = {
  forward(emitter, layer, { input }) {
    return emitter.graph.node('MaxPool', [input], attributesOf(emitter, layer))
  },

  inputGradient(emitter, layer, { input, output }, gradient) {
    const inputs = [input, output, gradient]
    return emitter.graph.node('MaxPoolGrad', inputs, attributesOf(emitter, layer))
  },
}
