import {
  attribute,
  type Attributes,
  type ElementType,
  type GraphWriter,
  type NodeOptions,
  type NodeOutput,
} from './graph-writer'

/** TensorFlow's operations that more than one place of the graph uses, by what they do. */

const bytesOf = (values: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/** A float32 scalar. */
export function floatConstant(
  graph: GraphWriter,
  value: number,
  options?: NodeOptions,
): NodeOutput {
  const tensor = attribute.tensor('float32', [], bytesOf(new Float32Array([value])))
  return graph.node('Const', [], { dtype: attribute.type('float32'), value: tensor }, options)
}

/** An int32 scalar, or a vector where a list is given. */
export function integerConstant(
  graph: GraphWriter,
  value: number | readonly number[],
  options?: NodeOptions,
): NodeOutput {
  const values = typeof value === 'number' ? [value] : value
  const shape = typeof value === 'number' ? [] : [values.length]
  const tensor = attribute.tensor('int32', shape, bytesOf(new Int32Array(values)))
  return graph.node('Const', [], { dtype: attribute.type('int32'), value: tensor }, options)
}

/** A tensor that is fed under its name. */
export function placeholder(
  graph: GraphWriter,
  name: string,
  type: ElementType,
  shape: readonly number[],
): NodeOutput {
  const attributes = { dtype: attribute.type(type), shape: attribute.shape(shape) }
  return graph.node('Placeholder', [], attributes, { name })
}

/** Changes the element type; the same tensor where there is nothing to change. */
export function cast(
  graph: GraphWriter,
  input: NodeOutput,
  from: ElementType,
  to: ElementType,
): NodeOutput {
  if (from === to) return input
  return graph.node('Cast', [input], { SrcT: attribute.type(from), DstT: attribute.type(to) })
}

/** An operation whose inputs and output share one element type, such as Mul, AddV2, Relu. */
export function elementwise(
  graph: GraphWriter,
  operation: string,
  inputs: readonly NodeOutput[],
  type: ElementType,
  options?: NodeOptions,
): NodeOutput {
  return graph.node(operation, inputs, { T: attribute.type(type) }, options)
}

/** The run-time shape as int32. */
export function shapeOf(graph: GraphWriter, input: NodeOutput, type: ElementType): NodeOutput {
  return graph.node('Shape', [input], {
    T: attribute.type(type),
    out_type: attribute.type('int32'),
  })
}

/** Another shape over the same elements. */
export function reshape(
  graph: GraphWriter,
  input: NodeOutput,
  shape: NodeOutput,
  type: ElementType,
): NodeOutput {
  return graph.node('Reshape', [input, shape], {
    T: attribute.type(type),
    Tshape: attribute.type('int32'),
  })
}

/** Sum of all elements of a vector, or over the axes of a larger tensor. */
export function sum(
  graph: GraphWriter,
  input: NodeOutput,
  axes: readonly number[],
  type: ElementType,
): NodeOutput {
  return graph.node('Sum', [input, integerConstant(graph, axes)], {
    T: attribute.type(type),
    Tidx: attribute.type('int32'),
  })
}

/** Adds a bias along the last axis. */
export function biasAdd(
  graph: GraphWriter,
  input: NodeOutput,
  bias: NodeOutput,
  type: ElementType,
): NodeOutput {
  return elementwise(graph, 'BiasAdd', [input, bias], type)
}

/** Gradient with respect to a bias: the sum over all axes but the last. */
export function biasGradient(
  graph: GraphWriter,
  gradient: NodeOutput,
  type: ElementType,
): NodeOutput {
  return elementwise(graph, 'BiasAddGrad', [gradient], type)
}

/** A matrix product, with either side transposed. */
export function matrixProduct(
  graph: GraphWriter,
  left: NodeOutput,
  right: NodeOutput,
  type: ElementType,
  transpose: { readonly left?: boolean; readonly right?: boolean } = {},
): NodeOutput {
  return graph.node('MatMul', [left, right], {
    T: attribute.type(type),
    transpose_a: attribute.flag(transpose.left ?? false),
    transpose_b: attribute.flag(transpose.right ?? false),
  })
}

/** Uniform or normal random numbers that depend on `key` (int32 `[2]`) and the shape alone. */
export function randomNumbers(
  graph: GraphWriter,
  distribution: 'Uniform' | 'Normal',
  shape: NodeOutput,
  key: NodeOutput,
  options?: NodeOptions,
): NodeOutput {
  const attributes: Attributes = {
    dtype: attribute.type('float32'),
    T: attribute.type('int32'),
    Tseed: attribute.type('int32'),
  }
  return graph.node(`StatelessRandom${distribution}`, [shape, key], attributes, options)
}
