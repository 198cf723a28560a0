const VARINT = 0
const FIXED_64 = 1
const LENGTH_DELIMITED = 2
const FIXED_32 = 5

const INITIAL_BYTES = 256

/** Writes the wire format of protocol buffers: the few kinds of fields that graphs and events need. */
export class ProtobufWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  #length = 0

  /** A whole number (int32, int64, bool or enum), which may be negative. */
  integer(field: number, value: number): void {
    this.#varint((field << 3) | VARINT)
    this.#varint(value)
  }

  float(field: number, value: number): void {
    this.#varint((field << 3) | FIXED_32)
    this.#reserve(4)
    this.#length = this.#buffer.writeFloatLE(value, this.#length)
  }

  double(field: number, value: number): void {
    this.#varint((field << 3) | FIXED_64)
    this.#reserve(8)
    this.#length = this.#buffer.writeDoubleLE(value, this.#length)
  }

  bytes(field: number, value: Uint8Array): void {
    this.#varint((field << 3) | LENGTH_DELIMITED)
    this.#varint(value.length)
    this.raw(value)
  }

  text(field: number, value: string): void {
    this.bytes(field, Buffer.from(value, 'utf8'))
  }

  /** A repeated field of whole numbers. */
  packed(field: number, values: readonly number[]): void {
    const list = new ProtobufWriter()
    for (const value of values) list.#varint(value)
    this.bytes(field, list.finish())
  }

  message(field: number, write: (writer: ProtobufWriter) => void): void {
    const nested = new ProtobufWriter()
    write(nested)
    this.bytes(field, nested.finish())
  }

  /** Bytes that are already in the wire format. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length)
    this.#buffer.set(value, this.#length)
    this.#length += value.length
  }

  /** What was written; a view that later writes may overwrite. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  #varint(value: number): void {
    this.#reserve(10)
    if (value < 0) {
      // Two's complement of 64 bits: always ten bytes.
      let rest = BigInt.asUintN(64, BigInt(value))
      for (; rest > 127n; rest >>= 7n) this.#push(Number(rest & 127n) | 128)
      this.#push(Number(rest))
      return
    }
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#push((rest % 128) | 128)
    this.#push(rest)
  }

  #push(byte: number): void {
    this.#buffer[this.#length++] = byte
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
  }
}
