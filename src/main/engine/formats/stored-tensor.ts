import { LabError } from '../../../shared/contract'
import { present } from '../../../shared/present'

/** A tensor in a file of weights, read when it is asked for. */
export interface StoredTensor {
  readonly name: string
  readonly shape: readonly number[]
  /** Whether it holds floats, as weights do. */
  readonly isFloat: boolean
  /**
   * Its values as float32, in a new array.
   * @throws LabError `unreadable` when the file ends before them.
   */
  read(): Promise<Float32Array>
}

/** The number formats that weights are stored in. */
export type FloatFormat = 'F16' | 'BF16' | 'F32' | 'F64'

/** Bytes of one number. */
export const FLOAT_BYTES: Readonly<Record<FloatFormat, number>> = {
  F16: 2,
  BF16: 2,
  F32: 4,
  F64: 8,
}

/** Little-endian numbers of any format as float32; exact but for float64, which is rounded. */
export function decodeFloats(bytes: Buffer, format: FloatFormat): Float32Array {
  const values = new Float32Array(bytes.length / FLOAT_BYTES[format])
  switch (format) {
    case 'F32':
      new Uint8Array(values.buffer).set(bytes)
      break
    case 'F64':
      for (let index = 0; index < values.length; index++) {
        values[index] = bytes.readDoubleLE(index * 8)
      }
      break
    case 'BF16': {
      // The upper half of a float32.
      const bits = new Uint32Array(values.buffer)
      alignHalves(bytes).forEach((half, index) => (bits[index] = half << 16))
      break
    }
    case 'F16': {
      const table = (halves ??= Float32Array.from({ length: 65_536 }, (_, bits) =>
        decodeHalf(bits),
      ))
      alignHalves(bytes).forEach((half, index) => (values[index] = present(table[half])))
      break
    }
  }
  return values
}

/** Every float16 as float32; made when the first is read. */
let halves: Float32Array | undefined

/** The file's bytes may begin anywhere. */
function alignHalves(bytes: Buffer): Uint16Array {
  const aligned = new Uint16Array(bytes.length / 2)
  new Uint8Array(aligned.buffer).set(bytes)
  return aligned
}

/** IEEE 754 binary16. */
function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** The one line for a file that is not what its name says. */
export function refuseFile(kind: string, path: string, what: string): LabError {
  return new LabError(
    'unreadable',
    `Expected a valid ${kind} file; ${path} ${what}.`,
    'Copy or download the file again.',
  )
}
