import { open } from 'node:fs/promises'
import { LabError } from '../../../shared/contract'
import { MAX_LIST, MAX_NAME_BYTES, addIntegers, readText, show } from './onnx-fields'
import { MAX_RANK, readTensor, readTensorName, unsupported } from './onnx-tensor'
import { ProtobufFault, readFields } from './protobuf-reader'
import { refuseFile, type StoredTensor } from './stored-tensor'
import { describeFileError } from '../../files/disk-errors'

/** An attribute of a node, as far as the lab reads them. */
export interface OnnxAttribute {
  readonly float: number | null
  readonly integer: number | null
  readonly integers: readonly number[]
  readonly text: string
}

/** One operation of a graph. */
export interface OnnxNode {
  readonly op: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, OnnxAttribute>
}

/** A graph's input that is no weight; a size is null where the file leaves it open. */
export interface OnnxInput {
  readonly name: string
  readonly shape: readonly (number | null)[]
}

/** What the lab reads of an ONNX file. */
export interface OnnxFile {
  /** Who wrote it: "pytorch", "tf2onnx". */
  readonly producer: string
  readonly inputs: readonly OnnxInput[]
  readonly nodes: readonly OnnxNode[]
  /** Initialisers and constants by the name of their value. */
  readonly constants: ReadonlyMap<string, StoredTensor>
}

/** Field numbers of onnx.proto, which never change. */
const MODEL = { producer: 2, graph: 7 }
const GRAPH = { node: 1, initialiser: 5, input: 11, sparse: 15 }
const NODE = { input: 1, output: 2, name: 3, op: 4, attribute: 5 }
const ATTRIBUTE = { name: 1, float: 2, integer: 3, text: 4, tensor: 5, floats: 7, integers: 8 }
const VALUE_INFO = { name: 1, type: 2 }
/** A protobuf message holds at most 2 GiB. */
const MAX_FILE_BYTES = 2 ** 31
const MAX_NODES = 100_000
const MAX_CONSTANTS = 100_000
const READ_BYTES = 64 * 1024 * 1024

/**
 * Reads an ONNX file: its graph's nodes, initialisers and constants. Tensors are decoded when they are
 * read. Data kept outside the file is refused, and so is a file of another kind.
 * @throws LabError `not-found`, `unreadable` or `unsupported`, in one line.
 */
export async function readOnnx(path: string): Promise<OnnxFile> {
  const bytes = await readWhole(path)
  try {
    return readModel(bytes, path)
  } catch (error) {
    if (error instanceof ProtobufFault) throw refuseFile('ONNX', path, error.message)
    throw error
  }
}

async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new LabError(
      'not-found',
      `Expected an ONNX file at ${path}; it cannot be opened: ${describeFileError(error)}.`,
      'Check the path and its permissions.',
    )
  })
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw refuseFile('ONNX', path, 'is not a file')
    const { size } = stats
    if (size > MAX_FILE_BYTES) {
      throw refuseFile('ONNX', path, `has ${size} bytes, more than the format's 2 GiB`)
    }
    const bytes = Buffer.allocUnsafe(size)
    for (let done = 0; done < size;) {
      const { bytesRead } = await file.read(bytes, done, Math.min(READ_BYTES, size - done), done)
      if (bytesRead === 0) throw refuseFile('ONNX', path, `ends after ${done} bytes`)
      done += bytesRead
    }
    return bytes
  } finally {
    await file.close()
  }
}

function readModel(bytes: Buffer, path: string): OnnxFile {
  let producer = ''
  let graph: Buffer | null = null
  for (const field of readFields(bytes)) {
    if (field.number === MODEL.producer) producer = readText(field.bytes)
    if (field.number === MODEL.graph) graph = field.bytes
  }
  if (graph === null) throw new ProtobufFault('contains no graph')
  return { producer, ...readGraph(graph, path) }
}

function readGraph(graph: Buffer, path: string): Omit<OnnxFile, 'producer'> {
  const nodes: OnnxNode[] = []
  const inputs: OnnxInput[] = []
  const constants = new Map<string, StoredTensor>()
  const keep = (name: string, bytes: Buffer): void => {
    if (constants.has(name)) throw new ProtobufFault(`defines the constant ${show(name)} twice`)
    if (constants.size === MAX_CONSTANTS)
      throw new ProtobufFault(`has more than ${MAX_CONSTANTS} constants`)
    constants.set(name, readTensor(bytes, name, path))
  }
  for (const { number, bytes } of readFields(graph)) {
    if (bytes === null) continue
    if (number === GRAPH.initialiser) keep(readTensorName(bytes), bytes)
    if (number === GRAPH.input) inputs.push(readInput(bytes))
    if (number === GRAPH.sparse)
      throw unsupported(path, 'has sparse weights', 'Convert them to dense tensors.')
    if (number !== GRAPH.node) continue
    if (nodes.length === MAX_NODES) throw new ProtobufFault(`has more than ${MAX_NODES} nodes`)
    const { node, value } = readNode(bytes)
    const [output] = node.outputs
    if (node.op === 'Constant' && value !== null && output !== undefined) keep(output, value)
    nodes.push(node)
  }
  return { nodes, constants, inputs: inputs.filter(({ name }) => !constants.has(name)) }
}

/** A node; of a Constant also the bytes of its tensor. */
function readNode(bytes: Buffer): { node: OnnxNode; value: Buffer | null } {
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes = new Map<string, OnnxAttribute>()
  let op = ''
  let name = ''
  let value: Buffer | null = null
  for (const field of readFields(bytes)) {
    if (inputs.length + outputs.length + attributes.size > MAX_LIST)
      throw new ProtobufFault(
        `has a node with more than ${MAX_LIST} inputs, outputs and attributes`,
      )
    if (field.number === NODE.input) inputs.push(readText(field.bytes))
    if (field.number === NODE.output) outputs.push(readText(field.bytes))
    if (field.number === NODE.op) op = readText(field.bytes)
    if (field.number === NODE.name) name = readText(field.bytes)
    if (field.number !== NODE.attribute || field.bytes === null) continue
    const read = readAttribute(field.bytes)
    attributes.set(read.name, read.attribute)
    if (read.name === 'value') value = read.tensor
  }
  return { node: { op, name, inputs, outputs, attributes }, value }
}

function readAttribute(bytes: Buffer): {
  name: string
  attribute: OnnxAttribute
  tensor: Buffer | null
} {
  let name = ''
  let float: number | null = null
  let integer: number | null = null
  let text = ''
  let tensor: Buffer | null = null
  const integers: number[] = []
  for (const field of readFields(bytes)) {
    if (field.number === ATTRIBUTE.name) name = readText(field.bytes)
    if (field.number === ATTRIBUTE.float && field.bytes?.length === 4)
      float = field.bytes.readFloatLE()
    if (field.number === ATTRIBUTE.integer) integer = field.integer
    // Long texts (a licence, Python code) are of no use here.
    if (field.number === ATTRIBUTE.text && field.bytes && field.bytes.length <= MAX_NAME_BYTES)
      text = readText(field.bytes)
    if (field.number === ATTRIBUTE.tensor) tensor = field.bytes
    if (field.number === ATTRIBUTE.integers) addIntegers(integers, field)
  }
  return { name, attribute: { float, integer, integers, text }, tensor }
}

/** Of a tensor type `shape.dim.dim_value`; an open size is a name, or nothing. */
function readInput(bytes: Buffer): OnnxInput {
  let name = ''
  const shape: (number | null)[] = []
  for (const field of readFields(bytes)) {
    if (field.number === VALUE_INFO.name) name = readText(field.bytes)
    if (field.number !== VALUE_INFO.type || field.bytes === null) continue
    const dims = descend(descend(field.bytes, 1), 2)
    for (const dim of readFields(dims)) {
      if (dim.number !== 1 || dim.bytes === null) continue
      if (shape.length === MAX_RANK) throw new ProtobufFault(`gives ${show(name)} too many axes`)
      let size: number | null = null
      for (const part of readFields(dim.bytes)) if (part.number === 1) size = part.integer
      shape.push(size)
    }
  }
  return { name, shape }
}

function descend(message: Buffer, number: number): Buffer {
  for (const field of readFields(message)) {
    if (field.number === number && field.bytes !== null) return field.bytes
  }
  return Buffer.alloc(0)
}
