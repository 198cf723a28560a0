import { present } from '../../../shared/present'
import type { Initialisation } from '../../../shared/spec'
import { attribute, type GraphWriter, type NodeOutput } from './graph-writer'
import { FED, FETCHED } from './nodes'
import { elementwise, floatConstant, integerConstant, placeholder, randomNumbers } from './ops'
import { countElements, type NetworkParameter } from './parameters'
import { hashText } from './random-keys'
import { assignVariable, fence } from './variables'

/** How the first values of a weight are drawn. */
export interface WeightDraw {
  readonly distribution: 'Uniform' | 'Normal'
  /** Standard deviation of the normal, or half the width of the uniform around 0. */
  readonly spread: number
}

/**
 * The initialisations of section 3.1 for a weight of that shape (HWIO or `[in, out]`).
 *
 * - `paper`: N(0, variance 1e-2), read as it stands: sigma 0.1.
 * - `paper-sigma`: N(0, sigma 0.01), as many re-implementations read it.
 * - `glorot`: uniform within sqrt(6 / (fan in + fan out)) (Glorot & Bengio 2010, the footnote).
 * - `he`: N(0, variance 2 / fan in) (He et al. 2015), which keeps the signal through ReLUs.
 */
export function chooseDraw(scheme: Initialisation, shape: readonly number[]): WeightDraw {
  const outputs = present(shape[shape.length - 1])
  const inputs = present(shape[shape.length - 2])
  const positions = countElements(shape.slice(0, -2))
  const fanIn = positions * inputs
  const fanOut = positions * outputs
  switch (scheme) {
    case 'paper':
      return { distribution: 'Normal', spread: 0.1 }
    case 'paper-sigma':
      return { distribution: 'Normal', spread: 0.01 }
    case 'glorot':
      return { distribution: 'Uniform', spread: Math.sqrt(6 / (fanIn + fanOut)) }
    case 'he':
      return { distribution: 'Normal', spread: Math.sqrt(2 / fanIn) }
  }
}

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
