import { describe, expect, it } from 'vitest'
import { encodeCsv, encodeNpy } from '../../../../../src/renderer/src/lib/export/numeric-files'

describe('encodeNpy', () => {
  it.each([[[2, 3, 4]], [[24]], [[1, 24]]])('writes version 1.0 for %j', (shape) => {
    const data = Float32Array.from({ length: 24 }, (_, i) => i / 3)
    const bytes = encodeNpy(data, shape)
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
    const headerLength = (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0)
    expect((10 + headerLength) % 64).toBe(0)
    const header = new TextDecoder().decode(bytes.subarray(10, 10 + headerLength))
    const written = shape.length === 1 ? `(${shape[0] ?? 0},)` : `(${shape.join(', ')})`
    expect(header).toBe(
      `${`{'descr': '<f4', 'fortran_order': False, 'shape': ${written}, }`.padEnd(headerLength - 1)}\n`,
    )
    expect(new Float32Array(bytes.slice(10 + headerLength).buffer)).toEqual(data)
  })
})

describe('encodeCsv', () => {
  it('quotes what needs it', () => {
    const text = new TextDecoder().decode(
      encodeCsv(
        ['a', 'b,c'],
        [
          [1, 'say "so"'],
          [null, 'two\nlines'],
        ],
      ),
    )
    expect(text).toBe('a,"b,c"\r\n1,"say ""so"""\r\n,"two\nlines"\r\n')
  })
})
