import { describe, expect, it } from 'vitest'
import { ProtobufWriter } from '../../../../src/main/engine/formats/protobuf-writer'

const write = (fill: (writer: ProtobufWriter) => void): string => {
  const writer = new ProtobufWriter()
  fill(writer)
  return Buffer.from(writer.finish()).toString('hex')
}

/** Expected bytes are those of the protocol buffers' encoding guide, or worked out from it. */
describe('the wire format of protocol buffers', () => {
  it('writes whole numbers as varints, negative ones in ten bytes', () => {
    expect(write((w) => w.integer(1, 150))).toBe('089601')
    expect(write((w) => w.integer(1, 0))).toBe('0800')
    expect(write((w) => w.integer(1, -1))).toBe('08ffffffffffffffffff01')
    expect(write((w) => w.integer(1, 2 ** 32))).toBe('088080808010')
  })

  it('writes text, floats, packed lists and nested messages', () => {
    expect(write((w) => w.text(2, 'testing'))).toBe('120774657374696e67')
    expect(write((w) => w.float(4, 1))).toBe('250000803f')
    expect(write((w) => w.packed(6, [3, 270, 86942]))).toBe('3206038e029ea705')
    expect(write((w) => w.message(3, (nested) => nested.integer(1, 150)))).toBe('1a03089601')
  })

  it('grows past its first buffer', () => {
    const long = 'x'.repeat(100_000)
    const hex = write((w) => {
      w.text(1, long)
      w.integer(2, 1)
    })
    expect(hex.length / 2).toBe(1 + 3 + long.length + 2)
    expect(hex.endsWith('1001')).toBe(true)
  })
})
