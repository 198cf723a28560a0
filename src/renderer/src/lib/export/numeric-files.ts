/** Files of raw numbers that other tools open. */

import { present } from '../../../../shared/present'

const NPY_ALIGNMENT = 64

/**
 * A NumPy `.npy` file, version 1.0, little-endian float32 in C order.
 * @param shape - its product is the length of `data`
 */
export function encodeNpy(data: Float32Array, shape: readonly number[]): Uint8Array {
  const dimensions = shape.length === 1 ? `${present(shape[0])},` : shape.join(', ')
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dimensions}), }`
  const prefix = 10
  const padded =
    Math.ceil((prefix + dictionary.length + 1) / NPY_ALIGNMENT) * NPY_ALIGNMENT - prefix
  const header = `${dictionary.padEnd(padded - 1)}\n`
  const bytes = new Uint8Array(prefix + padded + data.byteLength)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded & 0xff, padded >> 8])
  bytes.set(new TextEncoder().encode(header), prefix)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), prefix + padded)
  return bytes
}

/** A cell of a CSV file. */
export type CsvCell = string | number | null

/** A CSV file (RFC 4180) in UTF-8; null is an empty cell. */
export function encodeCsv(
  header: readonly string[],
  rows: readonly (readonly CsvCell[])[],
): Uint8Array {
  const lines = [header, ...rows].map((row) => row.map(quoteCell).join(','))
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n`)
}

function quoteCell(cell: CsvCell): string {
  const text = cell === null ? '' : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
