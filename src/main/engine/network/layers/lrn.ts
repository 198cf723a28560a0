import { LRN } from '../../../../shared/vgg'
import { attribute, type Attributes } from '../graph-writer'
import { cast } from '../ops'
import type { LayerGraph } from './layer-graph'

/** The operations have float32 kernels alone, so other types go through it. */
const TYPE = 'float32'

/** TensorFlow does not divide alpha by n, as Krizhevsky et al. do not either; Caffe does. */
const ATTRIBUTES: Attributes = {
  T: attribute.type(TYPE),
  depth_radius: attribute.integer((LRN.n - 1) / 2),
  bias: attribute.float(LRN.k),
  alpha: attribute.float(LRN.alpha),
  beta: attribute.float(LRN.beta),
}

/** Local response normalisation across channels (A-LRN). */
export const lrnGraph: LayerGraph = {
  forward({ graph, type }, _layer, { input }) {
    const output = graph.node('LRN', [cast(graph, input, type, TYPE)], ATTRIBUTES)
    return cast(graph, output, TYPE, type)
  },

  inputGradient({ graph, type }, _layer, { input, output }, gradient) {
    const inputs = [gradient, input, output].map((tensor) => cast(graph, tensor, type, TYPE))
    return cast(graph, graph.node('LRNGrad', inputs, ATTRIBUTES), TYPE, type)
  },
}
