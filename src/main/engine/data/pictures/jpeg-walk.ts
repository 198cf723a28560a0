import { present } from '../../../../shared/present'
import { HuffmanTable, MissingData, ScanBits } from './jpeg-bits'
import { isFrame, MARKER, type JpegSegment } from './jpeg-segments'

const BLOCK = 64
/** Sequential with 8 or 12 bits, and progressive, all with Huffman codes. */
const FRAMES = [0xc0, 0xc1, 0xc2]
const PROGRESSIVE = 0xc2

interface Component {
  /** Blocks of an MCU. */
  readonly across: number
  readonly down: number
  /** Blocks of a scan of this component alone. */
  readonly columns: number
  readonly rows: number
  /** Blocks from one row to the next, those that fill up the last MCU included. */
  readonly stride: number
  /** For each coefficient of each block 1 where it is known not to be zero; empty if sequential. */
  readonly nonZero: Uint8Array
  /** For each coefficient the lowest bit that was sent; 255 before the first. */
  readonly lowestBits: Uint8Array
}

/** A scan's header (SOS). */
interface Scan {
  readonly components: readonly Component[]
  /** Numbers of the tables, one pair for each component. */
  readonly tables: readonly { readonly dc: number; readonly ac: number }[]
  readonly first: number
  readonly last: number
  readonly isRefining: boolean
  readonly lowestBit: number
}

/** Reads a JPEG's codes through, and makes no pixel of them (ITU-T T.81). */
export class JpegWalk {
  readonly #segments: readonly JpegSegment[]
  readonly #dcTables = new Map<number, HuffmanTable>()
  readonly #acTables = new Map<number, HuffmanTable>()
  readonly #components = new Map<number, Component>()
  #isProgressive = false
  #mcuColumns = 0
  #mcuRows = 0
  #restartInterval = 0
  /** Blocks left of a run without further coefficients. */
  #endRun = 0

  constructor(segments: readonly JpegSegment[]) {
    this.#segments = segments
  }

  /**
   * Whether every bit of every coefficient is there; also for a kind of JPEG that the decoder refuses.
   * @throws MissingData where the data end, or make no sense, before
   */
  isComplete(): boolean {
    for (const { marker, body, scan } of this.#segments) {
      if (marker === MARKER.huffman) this.#readTables(body)
      else if (marker === MARKER.restartInterval && body.length >= 2) {
        this.#restartInterval = body.readUInt16BE(0)
      } else if (scan !== null) this.#walkScan(this.#readScan(body), new ScanBits(scan))
      else if (isFrame(marker)) {
        if (!FRAMES.includes(marker)) return true
        this.#isProgressive = marker === PROGRESSIVE
        this.#readFrame(body)
      }
    }
    const components = [...this.#components.values()]
    return (
      components.length > 0 &&
      components.every(({ lowestBits }) => lowestBits.every((bit) => bit === 0))
    )
  }

  #readTables(segment: Buffer): void {
    let at = 0
    while (at + 17 <= segment.length) {
      const kind = present(segment[at])
      const table = new HuffmanTable(segment.subarray(at + 1))
      const tables = kind >> 4 === 0 ? this.#dcTables : this.#acTables
      tables.set(kind & 15, table)
      at += 17 + table.symbols
    }
  }

  #readFrame(segment: Buffer): void {
    if (segment.length < 6) throw new MissingData()
    const [height, width] = [segment.readUInt16BE(1), segment.readUInt16BE(3)]
    const sampled: { id: number; across: number; down: number }[] = []
    for (let at = 6; at + 3 <= segment.length; at += 3) {
      const factors = present(segment[at + 1])
      const [across, down] = [factors >> 4, factors & 15]
      if (across === 0 || down === 0) throw new MissingData()
      sampled.push({ id: present(segment[at]), across, down })
    }
    const mostAcross = Math.max(...sampled.map(({ across }) => across))
    const mostDown = Math.max(...sampled.map(({ down }) => down))
    this.#mcuColumns = Math.ceil(width / (8 * mostAcross))
    this.#mcuRows = Math.ceil(height / (8 * mostDown))
    for (const { id, across, down } of sampled) {
      const stride = this.#mcuColumns * across
      const coefficients = this.#isProgressive ? stride * this.#mcuRows * down * BLOCK : 0
      this.#components.set(id, {
        across,
        down,
        columns: Math.ceil(Math.ceil((width * across) / mostAcross) / 8),
        rows: Math.ceil(Math.ceil((height * down) / mostDown) / 8),
        stride,
        nonZero: new Uint8Array(coefficients),
        lowestBits: new Uint8Array(BLOCK).fill(255),
      })
    }
  }

  #readScan(segment: Buffer): Scan {
    const count = segment.at(0) ?? 0
    const components: Component[] = []
    const tables: { dc: number; ac: number }[] = []
    for (let at = 1; at < 1 + count * 2; at += 2) {
      const component = this.#components.get(segment.at(at) ?? -1)
      const numbers = segment[at + 1]
      if (component === undefined || numbers === undefined) throw new MissingData()
      components.push(component)
      tables.push({ dc: numbers >> 4, ac: numbers & 15 })
    }
    const [first = 0, last = 0, bits = 0] = segment.subarray(1 + count * 2)
    if (!this.#isProgressive) {
      return { components, tables, first: 0, last: 63, isRefining: false, lowestBit: 0 }
    }
    return { components, tables, first, last, isRefining: bits >> 4 > 0, lowestBit: bits & 15 }
  }

  #walkScan(scan: Scan, bits: ScanBits): void {
    this.#endRun = 0
    const [only] = scan.components
    const isAlone = scan.components.length === 1
    const columns = isAlone && only ? only.columns : this.#mcuColumns
    const rows = isAlone && only ? only.rows : this.#mcuRows
    for (let mcu = 0; mcu < columns * rows; mcu++) {
      if (this.#restartInterval > 0 && mcu > 0 && mcu % this.#restartInterval === 0) {
        bits.passRestart()
        this.#endRun = 0
      }
      const [column, row] = [mcu % columns, Math.floor(mcu / columns)]
      for (const [index, component] of scan.components.entries()) {
        const { across, down, stride } = component
        if (isAlone) {
          this.#walkBlock(scan, index, (row * stride + column) * BLOCK, bits)
          continue
        }
        for (let y = row * down; y < (row + 1) * down; y++) {
          for (let x = column * across; x < (column + 1) * across; x++) {
            this.#walkBlock(scan, index, (y * stride + x) * BLOCK, bits)
          }
        }
      }
    }
    for (const { lowestBits } of scan.components) {
      lowestBits.fill(scan.lowestBit, scan.first, scan.last + 1)
    }
  }

  /** @param start - of the block in `nonZero` of its component */
  #walkBlock(scan: Scan, index: number, start: number, bits: ScanBits): void {
    const component = present(scan.components[index])
    const { dc, ac } = present(scan.tables[index])
    if (scan.first === 0) {
      if (scan.isRefining) bits.skip(1)
      else bits.skip(bits.readCode(this.#dcTables.get(dc)))
    }
    if (scan.last === 0) return
    const table = this.#acTables.get(ac)
    const first = Math.max(1, scan.first)
    if (!this.#isProgressive) walkSequential(bits, table)
    else if (scan.isRefining) {
      this.#refine(bits, table, component.nonZero, start + first, start + scan.last)
    } else this.#walkFirst(bits, table, component.nonZero, start + first, start + scan.last)
  }

  /** The first bits of a band of coefficients (G.1.2.2). */
  #walkFirst(
    bits: ScanBits,
    table: HuffmanTable | undefined,
    nonZero: Uint8Array,
    first: number,
    last: number,
  ): void {
    if (this.#endRun > 0) {
      this.#endRun -= 1
      return
    }
    for (let at = first; at <= last; at++) {
      const code = bits.readCode(table)
      const [run, size] = [code >> 4, code & 15]
      if (size === 0 && run < 15) {
        this.#endRun = (1 << run) + bits.read(run) - 1
        return
      }
      at += run
      if (size === 0) continue
      bits.skip(size)
      nonZero[at] = 1
    }
  }

  /** One more bit of a band: of those that are not zero, and those that become so (G.1.2.3). */
  #refine(
    bits: ScanBits,
    table: HuffmanTable | undefined,
    nonZero: Uint8Array,
    first: number,
    last: number,
  ): void {
    let at = first
    while (this.#endRun === 0 && at <= last) {
      const code = bits.readCode(table)
      const [run, size] = [code >> 4, code & 15]
      if (size === 0 && run < 15) {
        this.#endRun = (1 << run) + bits.read(run)
        break
      }
      // The new coefficient's sign.
      if (size > 0) bits.skip(1)
      let zeros = run
      for (; at <= last; at++) {
        if (nonZero[at] === 1) bits.skip(1)
        else if (zeros-- === 0) break
      }
      if (size > 0 && at <= last) nonZero[at] = 1
      at += 1
    }
    if (this.#endRun === 0) return
    for (; at <= last; at++) if (nonZero[at] === 1) bits.skip(1)
    this.#endRun -= 1
  }
}

function walkSequential(bits: ScanBits, table: HuffmanTable | undefined): void {
  for (let at = 1; at < BLOCK; at++) {
    const code = bits.readCode(table)
    const [run, size] = [code >> 4, code & 15]
    if (size === 0 && run < 15) return
    at += run
    bits.skip(size)
  }
}
