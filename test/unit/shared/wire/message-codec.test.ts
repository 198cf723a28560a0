import { describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage, joinPieces } from '../../../../src/shared/wire'

const pass = (message: unknown): unknown => decodeMessage(joinPieces(encodeMessage(message)))

describe('a message as bytes', () => {
  it('comes back as it was: text, numbers, flags, lists and records', () => {
    const message = {
      type: 'reply',
      id: 4_294_967_296,
      text: 'Größe 画像 🎉',
      flags: [true, false, null],
      numbers: [0, -1, 0.1, 1e300, Number.MAX_SAFE_INTEGER, Infinity, -Infinity],
      deep: { list: [{ a: [] }, {}], empty: '' },
    }
    expect(pass(message)).toEqual(message)
    expect(pass(NaN)).toBeNaN()
    expect(pass([undefined, { left: undefined, kept: 1 }])).toStrictEqual([null, { kept: 1 }])
  })

  it('keeps each kind of array with its values, however they are mixed', () => {
    const arrays = [
      Uint8Array.of(1, 2, 255),
      Int8Array.of(-1),
      Uint8ClampedArray.of(7, 8),
      Uint16Array.of(65_535),
      Int16Array.of(-32_768, 1),
      Uint32Array.of(4_294_967_295),
      Int32Array.of(-5, 6, 7),
      Float32Array.of(0.5, NaN, -0),
      Float64Array.of(Math.PI),
      new Float32Array(0),
    ]
    const back = pass({ arrays, named: { first: arrays[7] } }) as {
      arrays: unknown[]
      named: { first: unknown }
    }
    expect(back.arrays).toStrictEqual(arrays)
    expect(back.named.first).toStrictEqual(arrays[7])
  })

  it('sends of a view only what it shows', () => {
    const whole = Float32Array.from({ length: 1000 }, (_, index) => index)
    const pieces = encodeMessage(whole.subarray(10, 12))
    expect(joinPieces(pieces).byteLength).toBeLessThan(64)
    expect(decodeMessage(joinPieces(pieces))).toStrictEqual(Float32Array.of(10, 11))
  })

  it('copies no array: neither when it is written nor when it is read', () => {
    const array = Float32Array.of(1, 2, 3)
    const pieces = encodeMessage({ array })
    expect(pieces.some(({ buffer }) => buffer === array.buffer)).toBe(true)
    const bytes = joinPieces(pieces)
    const back = decodeMessage(bytes) as { array: Float32Array }
    expect(back.array.buffer).toBe(bytes.buffer)
  })

  it('reads bytes that begin anywhere in a larger buffer', () => {
    const bytes = joinPieces(encodeMessage({ array: Float64Array.of(1, 2), text: 'x' }))
    for (let shift = 0; shift < 8; shift++) {
      const shifted = new Uint8Array(bytes.byteLength + shift)
      shifted.set(bytes, shift)
      expect(decodeMessage(shifted.subarray(shift))).toEqual({
        array: Float64Array.of(1, 2),
        text: 'x',
      })
    }
  })

  it('refuses what is cut off or is no message, whatever it claims', () => {
    const bytes = joinPieces(encodeMessage({ array: new Float32Array(100), text: 'hello' }))
    for (let length = 0; length < bytes.byteLength; length += 7) {
      expect(() => decodeMessage(bytes.subarray(0, length))).toThrow(RangeError)
    }
    const noise = Uint8Array.from({ length: 64 }, (_, index) => (index * 151) % 256)
    expect(() => decodeMessage(noise)).toThrow(RangeError)
  })
})
