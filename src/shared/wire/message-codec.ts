import { decode, encode, ExtensionCodec } from '@msgpack/msgpack'

/**
 * A message as bytes: its plain values in MessagePack, then the raw bytes of each typed array in it.
 *
 * ```
 * uint32  length of the plain part
 *         plain part (MessagePack; a typed array stands there as its type, length and place)
 *         raw bytes of each array, in the order in which they stand, each from a multiple of 8
 * ```
 *
 * Numbers are little-endian, the arrays in the machine's own order, which is the same on everything
 * that TensorFlow runs on. A reader makes views on what it received and copies nothing.
 */

const ARRAY_TYPES = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
] as const

type TypedArray = InstanceType<(typeof ARRAY_TYPES)[number]>

/** Type of the MessagePack extension that stands for an array. */
const ARRAY_EXTENSION = 1
/** Bytes of that extension: type, number of elements, offset among the arrays' bytes. */
const PLACE_BYTES = 12
const LENGTH_BYTES = 4
const ALIGNMENT = 8

interface Writing {
  readonly arrays: TypedArray[]
  bytes: number
}

interface Reading {
  /** All bytes of the arrays. */
  readonly bytes: Uint8Array
}

const writer = new ExtensionCodec<Writing>()
const reader = new ExtensionCodec<Reading>()
writer.register({
  type: ARRAY_EXTENSION,
  encode: (value, context) => {
    const type = ARRAY_TYPES.findIndex((candidate) => value instanceof candidate)
    if (type < 0) return null
    const array = value as TypedArray
    const place = new DataView(new ArrayBuffer(PLACE_BYTES))
    place.setUint32(0, type, true)
    place.setUint32(4, array.length, true)
    place.setUint32(8, context.bytes, true)
    context.arrays.push(array)
    context.bytes += align(array.byteLength)
    return new Uint8Array(place.buffer)
  },
  decode: () => null,
})
reader.register({
  type: ARRAY_EXTENSION,
  encode: () => null,
  decode: (data, _extension, context) => {
    if (data.byteLength !== PLACE_BYTES) throw torn('an array')
    const place = new DataView(data.buffer, data.byteOffset, data.byteLength)
    const Type = ARRAY_TYPES[place.getUint32(0, true)]
    if (Type === undefined) throw torn('an array of a known type')
    return readArray(Type, place.getUint32(4, true), place.getUint32(8, true), context.bytes)
  },
})

/**
 * Encodes a message.
 * @param message - plain values and typed arrays; a property that is `undefined` is left out
 * @returns the message's bytes in pieces, in their order. Those of arrays are the arrays' own memory,
 *   not copies.
 */
export function encodeMessage(message: unknown): Uint8Array[] {
  const context: Writing = { arrays: [], bytes: 0 }
  const plain = encode(message, { extensionCodec: writer, context, ignoreUndefined: true })
  const head = new Uint8Array(align(LENGTH_BYTES + plain.byteLength))
  new DataView(head.buffer).setUint32(0, plain.byteLength, true)
  head.set(plain, LENGTH_BYTES)
  const pieces: Uint8Array[] = [head]
  for (const { buffer, byteOffset, byteLength } of context.arrays) {
    pieces.push(new Uint8Array(buffer, byteOffset, byteLength))
    const gap = align(byteLength) - byteLength
    if (gap > 0) pieces.push(new Uint8Array(gap))
  }
  return pieces
}

/** The bytes of pieces, one after another. */
export function joinPieces(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(countBytes(pieces))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.byteLength
  }
  return joined
}

/** How many bytes pieces hold together. */
export function countBytes(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
}

/**
 * Decodes a message.
 * @returns the message; its arrays are views on `bytes`
 * @throws RangeError when the bytes are no message.
 */
export function decodeMessage(bytes: Uint8Array): unknown {
  if (bytes.byteLength < LENGTH_BYTES) throw torn('a message')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const plainBytes = view.getUint32(0, true)
  const arraysAt = align(LENGTH_BYTES + plainBytes)
  if (arraysAt > bytes.byteLength) throw torn('a message')
  const plain = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + plainBytes)
  const context: Reading = { bytes: bytes.subarray(arraysAt) }
  try {
    return decode(plain, { extensionCodec: reader, context })
  } catch (error) {
    if (error instanceof RangeError) throw error
    throw torn('a message', error)
  }
}

function readArray(
  Type: (typeof ARRAY_TYPES)[number],
  length: number,
  offset: number,
  bytes: Uint8Array,
): TypedArray {
  const byteLength = length * Type.BYTES_PER_ELEMENT
  if (offset + byteLength > bytes.byteLength) throw torn('an array')
  const start = bytes.byteOffset + offset
  // Only where somebody handed over a piece of a larger buffer.
  const isAligned = start % Type.BYTES_PER_ELEMENT === 0
  if (isAligned) return new Type(bytes.buffer as ArrayBuffer, start, length)
  return new Type(bytes.slice(offset, offset + byteLength).buffer, 0, length)
}

function torn(what: string, cause?: unknown): RangeError {
  return new RangeError(`Expected ${what}; got bytes that are none.`, { cause })
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}
