import {
  attribute,
  type ElementType,
  type GraphWriter,
  type NodeOptions,
  type NodeOutput,
} from './graph-writer'

/**
 * Resource variables: tensors that live in the session between calls. Nothing is allocated until
 * the first assignment, which takes over the tensor that it is given: no copy is made.
 */

const FLOAT32 = attribute.type('float32')

/** A handle to a float32 variable; two handles of one name are the same variable. */
export function declareVariable(
  graph: GraphWriter,
  name: string,
  shape: readonly number[],
): NodeOutput {
  return graph.node(
    'VarHandleOp',
    [],
    { dtype: FLOAT32, shape: attribute.shape(shape), shared_name: attribute.text(name) },
    { name },
  )
}

/** The variable's value, without a copy: an update must come `after` the readers. */
export function readVariable(
  graph: GraphWriter,
  variable: NodeOutput,
  options?: NodeOptions,
): NodeOutput {
  return graph.node('ReadVariableOp', [variable], { dtype: FLOAT32 }, options)
}

/** Replaces the variable's tensor by `value`'s. */
export function assignVariable(
  graph: GraphWriter,
  variable: NodeOutput,
  value: NodeOutput,
  options?: NodeOptions,
): NodeOutput {
  return graph.node('AssignVariableOp', [variable, value], { dtype: FLOAT32 }, options)
}

/** Adds `value` in place. */
export function addToVariable(
  graph: GraphWriter,
  variable: NodeOutput,
  value: NodeOutput,
  options?: NodeOptions,
): NodeOutput {
  return graph.node('AssignAddVariableOp', [variable, value], { dtype: FLOAT32 }, options)
}

/** Forgets the variable's tensor, which is freed once nobody holds it. */
export function releaseVariable(
  graph: GraphWriter,
  variable: NodeOutput,
  options?: NodeOptions,
): NodeOutput {
  const attributes = { ignore_lookup_error: attribute.flag(true) }
  return graph.node('DestroyResourceOp', [variable], attributes, options)
}

/** `variable -= rate * direction`, in place and in one pass. */
export function descend(
  graph: GraphWriter,
  variable: NodeOutput,
  rate: NodeOutput,
  direction: NodeOutput,
  options?: NodeOptions,
): NodeOutput {
  const inputs = [variable, rate, direction]
  return graph.node('ResourceApplyGradientDescent', inputs, { T: FLOAT32 }, options)
}

/** `velocity = momentum * velocity + gradient; variable -= rate * velocity`, in one pass. */
export function descendWithMomentum(
  graph: GraphWriter,
  variable: NodeOutput,
  velocity: NodeOutput,
  rate: NodeOutput,
  gradient: NodeOutput,
  momentum: NodeOutput,
  options?: NodeOptions,
): NodeOutput {
  const inputs = [variable, velocity, rate, gradient, momentum]
  return graph.node('ResourceApplyMomentum', inputs, { T: FLOAT32 }, options)
}

/** A scalar to fetch, which is there only after all of `nodes` have run. */
export function fence(graph: GraphWriter, name: string, nodes: readonly NodeOutput[]): NodeOutput {
  const one = new Uint8Array(new Int32Array([1]).buffer)
  const type: ElementType = 'int32'
  const gate = graph.node(
    'Const',
    [],
    { dtype: attribute.type(type), value: attribute.tensor(type, [], one) },
    { after: nodes },
  )
  return graph.node('Identity', [gate], { T: attribute.type(type) }, { name })
}
