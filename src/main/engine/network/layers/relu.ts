import { elementwise } from '../ops'
import type { Emitter } from './layer-graph'
import type { NodeOutput } from '../graph-writer'

/** Rectification: max(x, 0). */
export function rectify({ graph, type }: Emitter, input: NodeOutput): NodeOutput {
  return elementwise(graph, 'Relu', [input], type)
}

/**
 * The way back: the gradient where the output is above 0, else 0. Guided backpropagation
 * (Springenberg et al. 2015) also drops what is negative in the gradient itself.
 */
export function rectifyGradient(
  emitter: Emitter,
  output: NodeOutput,
  gradient: NodeOutput,
  guided = false,
): NodeOutput {
  const passed = guided ? rectify(emitter, gradient) : gradient
  return elementwise(emitter.graph, 'ReluGrad', [passed, output], emitter.type)
}
