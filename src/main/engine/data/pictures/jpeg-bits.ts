import { present } from '../../../../shared/present'
import { isRestart } from './jpeg-segments'

/** The data of a JPEG end, or make no sense, before its last pixel. */
export class MissingData extends Error {}

const CODE_LENGTHS = 16

/** The codes of a table of a JPEG (DHT). */
export class HuffmanTable {
  /** How many symbols it has. */
  readonly symbols: number
  readonly #values: Uint8Array
  /** For each length the code behind its last one, and what is added to a code to find its symbol. */
  readonly #ends = new Int32Array(CODE_LENGTHS)
  readonly #offsets = new Int32Array(CODE_LENGTHS)

  /** @param bytes - number of codes of each length, then the symbols */
  constructor(bytes: Buffer) {
    let code = 0
    let symbols = 0
    for (let length = 0; length < CODE_LENGTHS; length++) {
      const count = present(bytes[length])
      this.#offsets[length] = symbols - code
      code += count
      symbols += count
      this.#ends[length] = code
      code <<= 1
    }
    this.symbols = symbols
    this.#values = bytes.subarray(CODE_LENGTHS, CODE_LENGTHS + symbols)
    if (this.#values.length < symbols) throw new MissingData()
  }

  /** The symbol of a code, or null where it goes on. */
  find(code: number, length: number): number | null {
    if (code >= present(this.#ends[length - 1])) return null
    return present(this.#values[code + present(this.#offsets[length - 1])])
  }

  static readonly longest = CODE_LENGTHS
}

/** Reads the data of a scan bit by bit. */
export class ScanBits {
  readonly #data: Buffer
  #at = 0
  #held = 0
  #count = 0

  constructor(data: Buffer) {
    this.#data = data
  }

  /** @throws MissingData, as all that reads here */
  readCode(table: HuffmanTable | undefined): number {
    if (table === undefined) throw new MissingData()
    let code = 0
    for (let length = 1; length <= HuffmanTable.longest; length++) {
      code = code * 2 + this.read(1)
      const symbol = table.find(code, length)
      if (symbol !== null) return symbol
    }
    throw new MissingData()
  }

  /** A number of so many bits, 16 at most. */
  read(bits: number): number {
    while (this.#count < bits) {
      this.#held = ((this.#held << 8) | this.#nextByte()) & 0xffffff
      this.#count += 8
    }
    this.#count -= bits
    return (this.#held >> this.#count) & ((1 << bits) - 1)
  }

  skip(bits: number): void {
    this.read(bits)
  }

  /** Goes on behind the next restart marker. */
  passRestart(): void {
    this.#count = 0
    const data = this.#data
    while (data[this.#at] === 0xff && data[this.#at + 1] === 0xff) this.#at += 1
    const marker = data.at(this.#at + 1)
    if (data[this.#at] !== 0xff || marker === undefined || !isRestart(marker)) {
      throw new MissingData()
    }
    this.#at += 2
  }

  #nextByte(): number {
    const byte = this.#data[this.#at]
    if (byte === undefined) throw new MissingData()
    this.#at += 1
    if (byte !== 0xff) return byte
    // Written with a zero behind it; anything else is a marker.
    if (this.#data[this.#at] !== 0) throw new MissingData()
    this.#at += 1
    return byte
  }
}
