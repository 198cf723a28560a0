import { attribute, type GraphWriter, type NodeOutput } from '../graph-writer'
import { elementwise, integerConstant, sum } from '../ops'
import type { LayerGraph } from './layer-graph'

/** The soft-max over class scores, in the type of the scores. */
export const softmaxGraph: LayerGraph = {
  forward({ graph, type }, _layer, { input }) {
    return elementwise(graph, 'Softmax', [input], type)
  },

  /** p * (g - sum(g p)), by row. */
  inputGradient({ graph, type }, _layer, { output }, gradient) {
    const weighted = elementwise(graph, 'Mul', [gradient, output], type)
    const attributes = {
      T: attribute.type(type),
      Tidx: attribute.type('int32'),
      keep_dims: attribute.flag(true),
    }
    const axis = integerConstant(graph, [1])
    const total = graph.node('Sum', [weighted, axis], attributes)
    const centred = elementwise(graph, 'Sub', [gradient, total], type)
    return elementwise(graph, 'Mul', [centred, output], type)
  },
}

/** The multinomial logistic loss of a batch. */
export interface CrossEntropy {
  /** float32 scalar: sum over the pictures, in nats. */
  readonly lossSum: NodeOutput
  /** float32 `[N, classes]`: gradient of that sum with respect to the scores. */
  readonly scoreGradient: NodeOutput
}

/**
 * Soft-max and cross entropy in one: training never forms the probabilities apart from it.
 *
 * @param scores - float32 `[N, classes]`
 * @param labels - int32 `[N]`
 */
export function crossEntropy(
  graph: GraphWriter,
  scores: NodeOutput,
  labels: NodeOutput,
): CrossEntropy {
  const losses = graph.node('SparseSoftmaxCrossEntropyWithLogits', [scores, labels], {
    T: attribute.type('float32'),
    Tlabels: attribute.type('int32'),
  })
  return { lossSum: sum(graph, losses, [0], 'float32'), scoreGradient: `${losses}:1` }
}
