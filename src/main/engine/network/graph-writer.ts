import { ProtobufWriter } from '../formats/protobuf-writer'

/** TensorFlow's element types by name, with their numbers in `types.proto`. */
export const TYPE_NUMBERS = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  bool: 10,
  bfloat16: 14,
} as const

/** An element type of a graph. Only float32 and int32 cross into JavaScript. */
export type ElementType = keyof typeof TYPE_NUMBERS

/** The output of a node: `name` for its first, `name:1` for its second, ... */
export type NodeOutput = string

/** An encoded `AttrValue`. */
export type Attribute = Uint8Array

/** Attributes of a node, by TensorFlow's names. */
export type Attributes = Readonly<Record<string, Attribute>>

/** What may be said about a node beyond its operation and inputs. */
export interface NodeOptions {
  /** A fixed name, where a session fetches or feeds it; taken as it is, outside the scope. */
  readonly name?: string
  /** Nodes that must have run before. */
  readonly after?: readonly NodeOutput[]
}

/** A tensor that a signature takes or gives. */
export interface SignatureTensor {
  readonly node: NodeOutput
  readonly type: ElementType
  readonly shape: readonly number[]
}

/** The GraphDef version that the operations here are written for (TensorFlow 2.21's). */
const GRAPH_PRODUCER_VERSION = 1882

const encode = (write: (writer: ProtobufWriter) => void): Uint8Array => {
  const writer = new ProtobufWriter()
  write(writer)
  return writer.finish()
}

function writeShape(writer: ProtobufWriter, shape: readonly number[]): void {
  for (const size of shape) writer.message(2, (dimension) => dimension.integer(1, size))
}

/** Makers of attributes; -1 in a shape is a size that is left open. */
export const attribute = {
  type: (type: ElementType): Attribute => encode((w) => w.integer(6, TYPE_NUMBERS[type])),
  text: (value: string): Attribute => encode((w) => w.text(2, value)),
  integer: (value: number): Attribute => encode((w) => w.integer(3, value)),
  float: (value: number): Attribute => encode((w) => w.float(4, value)),
  flag: (value: boolean): Attribute => encode((w) => w.integer(5, value ? 1 : 0)),
  shape: (shape: readonly number[]): Attribute =>
    encode((w) => w.message(7, (message) => writeShape(message, shape))),
  integers: (values: readonly number[]): Attribute =>
    encode((w) => w.message(1, (list) => list.packed(3, values))),
  tensor: (type: ElementType, shape: readonly number[], bytes: Uint8Array): Attribute =>
    encode((w) =>
      w.message(8, (tensor) => {
        tensor.integer(1, TYPE_NUMBERS[type])
        tensor.message(2, (message) => writeShape(message, shape))
        tensor.bytes(4, bytes)
      }),
    ),
}

/**
 * Writes a TensorFlow graph node by node and gives it as the bytes of a `saved_model.pb`: the four
 * messages of `graph.proto`, `meta_graph.proto` and `saved_model.proto` that a loader needs.
 */
export class GraphWriter {
  readonly #graph = new ProtobufWriter()
  readonly #names = new Set<string>()
  readonly #signatures: {
    readonly name: string
    readonly inputs: Readonly<Record<string, SignatureTensor>>
    readonly outputs: Readonly<Record<string, SignatureTensor>>
  }[] = []
  #scope = ''

  /** Number of nodes so far. */
  get size(): number {
    return this.#names.size
  }

  /** Names of the nodes that `emit` adds begin with `scope/`: profiles and errors then say where. */
  within<T>(scope: string, emit: () => T): T {
    const outer = this.#scope
    this.#scope = `${outer}${scope}/`
    try {
      return emit()
    } finally {
      this.#scope = outer
    }
  }

  /**
   * Adds a node and returns its first output.
   * @throws Error when the fixed name is taken.
   */
  node(
    operation: string,
    inputs: readonly NodeOutput[],
    attributes: Attributes = {},
    { name = this.#nextName(operation), after = [] }: NodeOptions = {},
  ): NodeOutput {
    if (this.#names.has(name)) throw new Error(`The graph has two nodes named ${name}.`)
    this.#names.add(name)
    this.#graph.message(1, (node) => {
      node.text(1, name)
      node.text(2, operation)
      for (const input of inputs) node.text(3, input)
      for (const output of after) node.text(3, `^${output.split(':')[0] ?? output}`)
      for (const [key, value] of Object.entries(attributes)) {
        node.message(5, (entry) => {
          entry.text(1, key)
          entry.bytes(2, value)
        })
      }
    })
    return name
  }

  /** Names a group of inputs and outputs, for a loader that asks for one by name. */
  signature(
    name: string,
    inputs: Readonly<Record<string, SignatureTensor>>,
    outputs: Readonly<Record<string, SignatureTensor>>,
  ): void {
    this.#signatures.push({ name, inputs, outputs })
  }

  /** The bytes of `saved_model.pb`, with the one tag `serve`. */
  finish(): Uint8Array {
    const graph = this.#graph.finish()
    return encode((model) => {
      model.integer(1, 1)
      model.message(2, (meta) => {
        meta.message(1, (info) => info.text(4, 'serve'))
        meta.message(2, (definition) => {
          definition.raw(graph)
          definition.message(4, (versions) => versions.integer(1, GRAPH_PRODUCER_VERSION))
        })
        for (const { name, inputs, outputs } of this.#signatures) {
          meta.message(5, (entry) => {
            entry.text(1, name)
            entry.message(2, (signature) => {
              writeTensors(signature, 1, inputs)
              writeTensors(signature, 2, outputs)
              signature.text(3, 'tensorflow/serving/predict')
            })
          })
        }
      })
    })
  }

  #nextName(operation: string): string {
    return `${this.#scope}${operation}_${this.#names.size}`
  }
}

function writeTensors(
  writer: ProtobufWriter,
  field: number,
  tensors: Readonly<Record<string, SignatureTensor>>,
): void {
  for (const [key, { node, type, shape }] of Object.entries(tensors)) {
    writer.message(field, (entry) => {
      entry.text(1, key)
      entry.message(2, (info) => {
        info.text(1, node.includes(':') ? node : `${node}:0`)
        info.integer(2, TYPE_NUMBERS[type])
        info.message(3, (message) => writeShape(message, shape))
      })
    })
  }
}
