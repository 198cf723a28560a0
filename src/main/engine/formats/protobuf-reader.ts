/** What is wrong with the bytes, for an error with the file's name: "ends inside a field". */
export class ProtobufFault extends Error {
  override readonly name = 'ProtobufFault'
}

/** One field of a message: a whole number, or bytes (a float or a double are their 4 or 8 bytes). */
export interface ProtobufField {
  readonly number: number
  /** Wire type 0; 64 bits as JavaScript's numbers hold them, exact to 2^53. */
  readonly integer: number | null
  /** Wire types 1, 2 and 5: a view on the file, never a copy. */
  readonly bytes: Buffer | null
}

const VARINT = 0
const FIXED_64 = 1
const LENGTH_DELIMITED = 2
const FIXED_32 = 5
const MAX_VARINT_BYTES = 10

/**
 * Reads the fields of one message in the wire format of protocol buffers. Nested messages are left as
 * bytes, so that only what is needed is read and nothing can nest without end. A length beyond the
 * message itself is refused, and nothing is allocated but views.
 * @throws ProtobufFault where the bytes are no such message.
 */
export function* readFields(message: Buffer): Generator<ProtobufField> {
  const cursor = { message, position: 0 }
  while (cursor.position < message.length) {
    const key = readVarint(cursor)
    const number = Math.floor(key / 8)
    if (number < 1 || number > 0x1fffffff) throw new ProtobufFault(`has a field number ${number}`)
    switch (key % 8) {
      case VARINT:
        yield { number, integer: readVarint(cursor), bytes: null }
        break
      case FIXED_64:
        yield { number, integer: null, bytes: take(cursor, 8) }
        break
      case LENGTH_DELIMITED:
        yield { number, integer: null, bytes: take(cursor, readVarint(cursor)) }
        break
      case FIXED_32:
        yield { number, integer: null, bytes: take(cursor, 4) }
        break
      default:
        throw new ProtobufFault(`has a field of the unknown wire type ${key % 8}`)
    }
  }
}

/**
 * The whole numbers of a packed field.
 * @param limit - more are refused: a byte of the file could else become eight in memory
 */
export function readPacked(bytes: Buffer, limit: number): number[] {
  const cursor = { message: bytes, position: 0 }
  const values: number[] = []
  while (cursor.position < bytes.length) {
    if (values.length === limit) throw new ProtobufFault(`has a list of more than ${limit} numbers`)
    values.push(readVarint(cursor))
  }
  return values
}

interface Cursor {
  readonly message: Buffer
  position: number
}

/** A varint as a signed number of 64 bits. */
function readVarint(cursor: Cursor): number {
  const { message, position: start } = cursor
  let value = 0
  let factor = 1
  for (let count = 0; count < MAX_VARINT_BYTES; count++) {
    const byte = message[cursor.position++]
    if (byte === undefined) throw new ProtobufFault('is cut off: it ends inside a number')
    value += (byte & 127) * factor
    factor *= 128
    if (byte >= 128) continue
    return value > Number.MAX_SAFE_INTEGER
      ? readWide(message.subarray(start, cursor.position))
      : value
  }
  throw new ProtobufFault('has a number of more than 64 bits')
}

/** Negative numbers are ten bytes of two's complement: doubles would lose their low bits. */
function readWide(bytes: Buffer): number {
  const wide = bytes.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 127), 0n)
  return Number(BigInt.asIntN(64, wide))
}

function take(cursor: Cursor, length: number): Buffer {
  const left = cursor.message.length - cursor.position
  if (!(length >= 0 && length <= left)) {
    throw new ProtobufFault(
      `is cut off or damaged: it declares ${length} bytes but only ${left} are left`,
    )
  }
  const start = cursor.position
  cursor.position += length
  return cursor.message.subarray(start, cursor.position)
}
