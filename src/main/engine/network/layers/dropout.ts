import { attribute, type NodeOutput } from '../graph-writer'
import { cast, elementwise, randomNumbers, shapeOf } from '../ops'
import type { Emitter } from './layer-graph'

/** What dropout is fed with in a step. */
export interface DropoutFeeds {
  /** float32 scalar: the probability that a unit is dropped. */
  readonly rate: NodeOutput
  /** float32 scalar: 1 / (1 - rate), so that the expected value stays (inverted dropout). */
  readonly keptScale: NodeOutput
  /** int32 `[2]`: keys the mask. */
  readonly key: NodeOutput
}

/**
 * Dropout by a mask of 0 and 1 / (1 - rate). A rate of 0 multiplies by exactly 1. The mask serves
 * both directions: the gradient is the product with it.
 */
export function dropoutMask(
  { graph, type }: Emitter,
  input: NodeOutput,
  { rate, keptScale, key }: DropoutFeeds,
): NodeOutput {
  const uniform = randomNumbers(graph, 'Uniform', shapeOf(graph, input, type), key)
  const kept = graph.node('GreaterEqual', [uniform, rate], { T: attribute.type('float32') })
  const mask = elementwise(
    graph,
    'Mul',
    [cast(graph, kept, 'bool', 'float32'), keptScale],
    'float32',
  )
  return cast(graph, mask, 'float32', type)
}

/** The product with the mask: forward for activations, backward for gradients. */
export function applyMask(
  { graph, type }: Emitter,
  input: NodeOutput,
  mask: NodeOutput,
): NodeOutput {
  return elementwise(graph, 'Mul', [input, mask], type)
}
