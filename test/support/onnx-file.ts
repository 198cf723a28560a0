import { ProtobufWriter } from '../../src/main/engine/formats/protobuf-writer'

/** A tensor of an ONNX file, with its values as the format has them. */
export interface OnnxTensorParts {
  readonly name: string
  readonly shape: readonly number[]
  /** 1 float32, 10 float16, 16 bfloat16, 11 float64, 7 int64. */
  readonly type?: number
  /** Little-endian, in `raw_data`. */
  readonly raw?: Uint8Array
  /** In `float_data`. */
  readonly floats?: readonly number[]
  /** In `int32_data`. */
  readonly integers?: readonly number[]
  /** Where the data is, for external data. */
  readonly location?: string
}

/** A node: its operation, inputs and outputs, and attributes of whole numbers, floats, texts, tensors. */
export interface OnnxNodeParts {
  readonly op: string
  readonly inputs?: readonly string[]
  readonly outputs?: readonly string[]
  readonly integers?: Readonly<Record<string, readonly number[]>>
  readonly integer?: Readonly<Record<string, number>>
  readonly float?: Readonly<Record<string, number>>
  readonly text?: Readonly<Record<string, string>>
  readonly value?: OnnxTensorParts
}

/** A file. */
export interface OnnxParts {
  readonly producer?: string
  readonly input?: readonly (number | string)[]
  readonly nodes: readonly OnnxNodeParts[]
  readonly initialisers: readonly OnnxTensorParts[]
}

/** The bytes of an ONNX file, by the field numbers of onnx.proto. */
export function writeOnnx({ producer = 'test', input, nodes, initialisers }: OnnxParts): Buffer {
  const model = new ProtobufWriter()
  model.integer(1, 8)
  model.text(2, producer)
  model.message(7, (graph) => {
    for (const node of nodes) graph.message(1, (writer) => writeNode(writer, node))
    graph.text(2, 'graph')
    for (const tensor of initialisers) graph.message(5, (writer) => writeTensor(writer, tensor))
    graph.message(11, (value) => {
      value.text(1, 'input')
      value.message(2, (type) =>
        type.message(1, (tensor) => {
          tensor.integer(1, 1)
          tensor.message(2, (shape) => {
            for (const size of input ?? ['batch', 3, 32, 32]) {
              shape.message(1, (dim) =>
                typeof size === 'number' ? dim.integer(1, size) : dim.text(2, size),
              )
            }
          })
        }),
      )
    })
  })
  return Buffer.from(model.finish())
}

function writeNode(writer: ProtobufWriter, node: OnnxNodeParts): void {
  for (const name of node.inputs ?? []) writer.text(1, name)
  for (const name of node.outputs ?? []) writer.text(2, name)
  writer.text(3, `${node.op}:${node.outputs?.[0] ?? ''}`)
  writer.text(4, node.op)
  const attribute = (name: string, write: (writer: ProtobufWriter) => void): void =>
    writer.message(5, (inner) => {
      inner.text(1, name)
      write(inner)
    })
  for (const [name, list] of Object.entries(node.integers ?? {})) {
    // One by one, as most exporters write them.
    attribute(name, (inner) => list.forEach((value) => inner.integer(8, value)))
  }
  for (const [name, value] of Object.entries(node.integer ?? {})) {
    attribute(name, (inner) => inner.integer(3, value))
  }
  for (const [name, value] of Object.entries(node.float ?? {})) {
    attribute(name, (inner) => inner.float(2, value))
  }
  for (const [name, value] of Object.entries(node.text ?? {})) {
    attribute(name, (inner) => inner.text(4, value))
  }
  const { value } = node
  if (value !== undefined) {
    attribute('value', (inner) => inner.message(5, (tensor) => writeTensor(tensor, value)))
  }
}

function writeTensor(writer: ProtobufWriter, tensor: OnnxTensorParts): void {
  writer.packed(1, tensor.shape)
  writer.integer(2, tensor.type ?? 1)
  if (tensor.floats) writer.bytes(4, Buffer.from(Float32Array.from(tensor.floats).buffer))
  if (tensor.integers) writer.packed(5, tensor.integers)
  writer.text(8, tensor.name)
  if (tensor.raw) writer.bytes(9, tensor.raw)
  if (tensor.location !== undefined) {
    const { location } = tensor
    writer.message(13, (entry) => {
      entry.text(1, 'location')
      entry.text(2, location)
    })
    writer.integer(14, 1)
  }
}

/** float32 values as `raw_data`. */
export function rawFloats(values: ArrayLike<number>): Buffer {
  return Buffer.from(Float32Array.from(values).buffer)
}
