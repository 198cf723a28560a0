import { Transformer } from '@napi-rs/image'
import { describe, expect, test } from 'vitest'
import { drawMaps, drawMapsPng } from '../../../../src/main/engine/formats/maps-picture'
import { encodeNpy } from '../../../../src/main/engine/formats/npy'
import { crc32c, encodeRecord, maskedCrc32c } from '../../../../src/main/engine/formats/tf-record'

describe('npy', () => {
  test('is what NumPy writes: version 1.0, padded to 64 bytes', () => {
    const bytes = encodeNpy({ shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5.5) })
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00')
    const headerEnd = 10 + bytes.readUInt16LE(8)
    expect(headerEnd % 64).toBe(0)
    expect(bytes.subarray(10, headerEnd).toString('latin1')).toMatch(
      /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/,
    )
    expect(bytes.readFloatLE(headerEnd + 20)).toBe(5.5)
    expect(bytes.length).toBe(headerEnd + 24)
  })

  test('writes one size as a tuple', () => {
    expect(encodeNpy({ shape: [4], data: new Float32Array(4) }).toString('latin1')).toContain(
      "'shape': (4,)",
    )
  })
})

describe('TFRecord', () => {
  test('CRC-32C of the check string of RFC 3720', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  })

  test('frames data by length and masked sums', () => {
    const data = Buffer.from('vgg')
    const record = encodeRecord(data)
    expect(record.readBigUInt64LE(0)).toBe(3n)
    expect(record.readUInt32LE(8)).toBe(maskedCrc32c(record.subarray(0, 8)))
    expect(record.subarray(12, 15)).toEqual(data)
    expect(record.readUInt32LE(15)).toBe(maskedCrc32c(data))
  })
})

/** The ends of matplotlib's viridis. */
const VIRIDIS_LOW = [68, 1, 84]
const VIRIDIS_HIGH = [253, 231, 37]

describe('maps as a picture', () => {
  test('a scale per channel: each takes its own ends; a flat one the low end', () => {
    // [1, 2, 2]: channel 0 is 0, 10; channel 1 is 5, 5.
    const { width, height, pixels } = drawMaps({
      shape: [1, 2, 2],
      data: Float32Array.of(0, 5, 10, 5),
    })
    const at = (x: number, y: number) => [
      ...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3),
    ]
    expect([width, height]).toEqual([1 + 2 * 33, 1 + 17])
    expect(at(1, 1)).toEqual(VIRIDIS_LOW)
    expect(at(32, 16)).toEqual(VIRIDIS_HIGH)
    expect(at(34, 1)).toEqual(VIRIDIS_LOW)
    expect(at(65, 16)).toEqual(VIRIDIS_LOW)
    expect(pixels[3]).toBe(0)
  })

  test('encodes to a PNG of that size', async () => {
    const png = await drawMapsPng({ shape: [4, 4, 3], data: new Float32Array(48).map((_, i) => i) })
    const { width, height } = await new Transformer(png).metadata()
    expect([width, height]).toEqual([1 + 2 * 33, 1 + 2 * 33])
  })
})
