import type { Layer } from '../../../shared/vgg'
import { type GraphWriter, type NodeOutput } from './graph-writer'
import { FETCHED } from './nodes'
import { cast, elementwise } from './ops'
import { parametersOfLayer, type NetworkParameter } from './parameters'
import type { Gradients } from './pass'
import type { Emitter } from './layers/layer-graph'
import { emitTensorStatistics } from './statistics'
import {
  addToVariable,
  assignVariable,
  declareVariable,
  descend,
  descendWithMomentum,
  fence,
  readVariable,
  releaseVariable,
} from './variables'

/** The variable that holds a parameter's momentum. */
export const velocityOf = (parameter: NetworkParameter): string => `${parameter.name}/velocity`

/** The variable that holds a parameter's gradient between its making and its use. */
const accumulatorOf = (parameter: NetworkParameter): string => `${parameter.name}/accumulator`

/** Scalars that steer an update, as nodes. */
export interface UpdateFeeds {
  readonly learningRateOf: (layer: Layer) => NodeOutput
  readonly momentum: NodeOutput
  readonly decayRate: NodeOutput
  readonly accumulatedScale: NodeOutput
}

/**
 * Emits training's three ways to use the gradients: a whole step at once, accumulation, and the
 * step from what was accumulated. A gradient is handed to a variable, which costs no copy; the
 * weight decay is added to it in place and in one pass; then the variable gives it up, so that it
 * is freed as soon as the momentum update has taken it. No step needs memory for accumulators
 * unless it accumulates.
 */
export function emitTraining(
  { graph, type }: Emitter,
  gradients: Gradients,
  feeds: UpdateFeeds,
): void {
  const trained: NodeOutput[] = []
  const first: NodeOutput[] = []
  const next: NodeOutput[] = []
  const applied: NodeOutput[] = []
  const cleared: NodeOutput[] = []
  for (const { layer, weight, bias, weightReader } of gradients.parameters) {
    const parameters = parametersOfLayer(layer)
    if (parameters === null) continue
    for (const parameter of [parameters.weight, parameters.bias]) {
      graph.within(`update/${parameter.name}`, () => {
        const made = parameter.role === 'weight' ? weight : bias
        const gradient = cast(graph, made, type, 'float32')
        const accumulator = declareVariable(graph, accumulatorOf(parameter), parameter.shape)
        const stored = assignVariable(graph, accumulator, gradient)
        // An update in place must wait for whoever still reads the old weights, or it has to copy.
        const readers = parameter.role === 'weight' && weightReader !== null ? [weightReader] : []
        trained.push(emitUpdate(graph, parameter, [stored, ...readers], feeds, false))
        first.push(stored)
        next.push(addToVariable(graph, accumulator, gradient))
        applied.push(emitUpdate(graph, parameter, [], feeds, true))
        cleared.push(releaseVariable(graph, accumulator))
        if (parameter.role === 'weight') {
          emitTensorStatistics(graph, 'gradient', parameter, readVariable(graph, accumulator))
        }
      })
    }
  }
  fence(graph, FETCHED.trained, trained)
  fence(graph, FETCHED.accumulatedFirst, first)
  fence(graph, FETCHED.accumulatedNext, next)
  fence(graph, FETCHED.applied, applied)
  fence(graph, FETCHED.cleared, cleared)
}

/**
 * g = accumulator / count + decay * w;  v = momentum * v + g;  w = w - rate * v: the arithmetic of
 * torch.optim.SGD, for any momentum from 0 up.
 */
function emitUpdate(
  graph: GraphWriter,
  parameter: NetworkParameter,
  after: readonly NodeOutput[],
  feeds: UpdateFeeds,
  isSum: boolean,
): NodeOutput {
  const accumulator = accumulatorOf(parameter)
  let ready = after
  if (parameter.role === 'weight') {
    const weights = readVariable(graph, parameter.name, { after })
    ready = [descend(graph, accumulator, feeds.decayRate, weights, { after })]
  }
  const total = readVariable(graph, accumulator, { after: ready })
  const released = releaseVariable(graph, accumulator, { after: [total] })
  // Nobody else holds the tensor now, so that the product takes its place.
  const gradient = isSum
    ? elementwise(graph, 'Mul', [total, feeds.accumulatedScale], 'float32', { after: [released] })
    : total
  return descendWithMomentum(
    graph,
    parameter.name,
    velocityOf(parameter),
    feeds.learningRateOf(parameter.layer),
    gradient,
    feeds.momentum,
    { after: [released, ...after] },
  )
}
