import type { WeightDraw } from '../../../shared/spec'
import { attribute, type GraphWriter, type NodeOutput } from './graph-writer'
import { FED, FETCHED } from './nodes'
import { elementwise, floatConstant, integerConstant, placeholder, randomNumbers } from './ops'
import type { NetworkParameter } from './parameters'
import { hashText } from './random-keys'
import { assignVariable, fence } from './variables'

/**
 * Emits the drawing of all parameters: weights from random numbers keyed by the seed and their
 * name, biases 0. One weight follows the other, so that only one is held twice.
 */
export function emitInitialisation(
  graph: GraphWriter,
  parameters: readonly NetworkParameter[],
): void {
  const seed = placeholder(graph, FED.seed, 'int32', [])
  const spreads = new Map(
    parameters
      .filter(({ role }) => role === 'weight')
      .map(({ name }) => [name, placeholder(graph, FED.spread(name), 'float32', [])]),
  )
  for (const distribution of ['Uniform', 'Normal'] as const) {
    graph.within(`initialise/${distribution}`, () => {
      let previous: NodeOutput[] = []
      for (const parameter of parameters) {
        const spread = spreads.get(parameter.name)
        const value =
          spread === undefined
            ? zeros(graph, parameter.shape)
            : drawWeight(graph, parameter, distribution, seed, spread, previous)
        previous = [assignVariable(graph, parameter.name, value, { after: previous })]
      }
      fence(graph, FETCHED.initialised(distribution), previous)
    })
  }
}

function drawWeight(
  graph: GraphWriter,
  { name, shape }: NetworkParameter,
  distribution: WeightDraw['distribution'],
  seed: NodeOutput,
  spread: NodeOutput,
  after: readonly NodeOutput[],
): NodeOutput {
  const key = graph.node('Pack', [seed, integerConstant(graph, hashText(name))], {
    N: attribute.integer(2),
    T: attribute.type('int32'),
    axis: attribute.integer(0),
  })
  const drawn = randomNumbers(graph, distribution, integerConstant(graph, shape), key, { after })
  const centred =
    distribution === 'Normal'
      ? drawn
      : // From [0, 1) to [-1, 1).
        elementwise(
          graph,
          'Sub',
          [elementwise(graph, 'AddV2', [drawn, drawn], 'float32'), floatConstant(graph, 1)],
          'float32',
        )
  return elementwise(graph, 'Mul', [centred, spread], 'float32')
}

/** A float32 tensor of zeros, made again in each call. */
export function zeros(graph: GraphWriter, shape: readonly number[]): NodeOutput {
  // A Fill of constants is folded into one that the session keeps for good, and the variable that
  // it is assigned to shares until its first update copies it: a second copy of every weight.
  const zero = elementwise(graph, 'DeepCopy', [floatConstant(graph, 0)], 'float32')
  return graph.node('Fill', [integerConstant(graph, shape), zero], {
    T: attribute.type('float32'),
    index_type: attribute.type('int32'),
  })
}
