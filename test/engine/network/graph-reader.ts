import type { GraphWriter } from '../../../src/main/engine/network/graph-writer'

/** A node of a written graph, as far as counting needs it. */
export interface GraphNode {
  readonly name: string
  readonly operation: string
  /** Names of the nodes whose outputs it takes; those that must only have run before left out. */
  readonly inputs: readonly string[]
  readonly attributes: ReadonlyMap<string, Fields>
}

/** The fields of a message by number: whole numbers, or bytes that are text or another message. */
type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>

/**
 * Reads back the nodes of a graph from the bytes that TensorFlow is given (`saved_model.proto`,
 * `meta_graph.proto`, `graph.proto`, `node_def.proto`, `attr_value.proto`). The tests' own reader: it
 * shares nothing with what wrote them.
 */
export function readNodes(graph: GraphWriter): ReadonlyMap<string, GraphNode> {
  const [metaGraph] = messages(readFields(graph.finish()), 2)
  const [definition] = messages(metaGraph ?? new Map(), 2)
  const nodes = messages(definition ?? new Map(), 1).map((node): GraphNode => {
    const [name = ''] = texts(node, 1)
    const [operation = ''] = texts(node, 2)
    const inputs = texts(node, 3).flatMap((input) =>
      input.startsWith('^') ? [] : [input.split(':')[0] ?? input],
    )
    const attributes = messages(node, 5).map((entry) => {
      const [value = new Map<number, never>()] = messages(entry, 2)
      return [texts(entry, 1)[0] ?? '', value] as const
    })
    return { name, operation, inputs, attributes: new Map(attributes) }
  })
  return new Map(nodes.map((node) => [node.name, node]))
}

/** A shape that is an attribute of a node. */
export function shapeAttribute(node: GraphNode, name: string): number[] {
  const [shape] = messages(node.attributes.get(name) ?? new Map(), 7)
  return messages(shape ?? new Map(), 2).map((dimension) => numbers(dimension, 1)[0] ?? 0)
}

/** A list of whole numbers that is an attribute of a node. */
export function listAttribute(node: GraphNode, name: string): number[] {
  const [list] = messages(node.attributes.get(name) ?? new Map(), 1)
  const [packed] = list?.get(3) ?? []
  return packed instanceof Uint8Array ? readVarints(packed) : []
}

/** A text that is an attribute of a node. */
export function textAttribute(node: GraphNode, name: string): string {
  return texts(node.attributes.get(name) ?? new Map(), 2)[0] ?? ''
}

/** The int32 values of a constant. */
export function constantValues(node: GraphNode): number[] {
  const [tensor] = messages(node.attributes.get('value') ?? new Map(), 8)
  const [bytes] = tensor?.get(4) ?? []
  if (!(bytes instanceof Uint8Array)) return []
  const copy = Uint8Array.from(bytes)
  return [...new Int32Array(copy.buffer)]
}

const numbers = (fields: Fields, field: number): number[] =>
  (fields.get(field) ?? []).filter((value) => typeof value === 'number')

const byteFields = (fields: Fields, field: number): Uint8Array[] =>
  (fields.get(field) ?? []).filter((value) => value instanceof Uint8Array)

const messages = (fields: Fields, field: number): Fields[] =>
  byteFields(fields, field).map(readFields)

const texts = (fields: Fields, field: number): string[] =>
  byteFields(fields, field).map((bytes) => Buffer.from(bytes).toString('utf8'))

function readFields(bytes: Uint8Array): Fields {
  const fields = new Map<number, (number | Uint8Array)[]>()
  let at = 0
  const varint = (): number => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new Error('The graph ends in the middle of a number.')
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, value))
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const kind = key & 7
    let value: number | Uint8Array
    if (kind === 0) value = varint()
    else {
      const length = kind === 2 ? varint() : 4
      if (kind !== 2 && kind !== 5) throw new Error(`The graph has a field of wire type ${kind}.`)
      value = bytes.subarray(at, at + length)
      at += length
    }
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value])
  }
  return fields
}

function readVarints(bytes: Uint8Array): number[] {
  const values: number[] = []
  let value = 0
  let scale = 1
  for (const byte of bytes) {
    value += (byte & 127) * scale
    scale *= 128
    if (byte >= 128) continue
    values.push(value)
    value = 0
    scale = 1
  }
  return values
}
