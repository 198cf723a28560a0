import { describe, expect, it } from 'vitest'
import {
  FRAME,
  FrameReader,
  MAX_BODY_BYTES,
  writeHeader,
  type Frame,
} from '../../../../src/shared/wire'

function makeStream(): { bytes: Uint8Array; frames: Frame[] } {
  const frames = [
    { channel: 0, kind: FRAME.message, body: Uint8Array.of(1, 2, 3) },
    { channel: 7, kind: FRAME.open, body: new Uint8Array(0) },
    {
      channel: 7,
      kind: FRAME.message,
      body: Uint8Array.from({ length: 500 }, (_, at) => at % 256),
    },
    { channel: 7, kind: FRAME.close, body: new Uint8Array(0) },
    { channel: 4_294_967_295, kind: FRAME.message, body: new Uint8Array(0) },
  ]
  const parts = frames.flatMap(({ channel, kind, body }) => [
    ...writeHeader(channel, kind, body.byteLength),
    ...body,
  ])
  return { bytes: Uint8Array.from(parts), frames }
}

describe('a stream of frames', () => {
  it.each([1, 3, 16, 17, 100, 10_000])('is read in pieces of %i bytes', (pieceBytes) => {
    const { bytes, frames } = makeStream()
    const read: Frame[] = []
    const reader = new FrameReader((frame) => read.push(frame))
    for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
      // Memory that is used again for the next piece, as a stream may.
      const piece = bytes.slice(at, at + pieceBytes)
      reader.push(piece)
      piece.fill(0)
    }
    expect(read).toEqual(frames)
  })

  it('is refused where it is something else, in a line that shows it', () => {
    const reader = new FrameReader(() => undefined)
    const banner = new TextEncoder().encode('Welcome to host\nLast login')
    expect(() => reader.push(banner)).toThrow(
      `Expected a frame of the engine's protocol; got "Welcome to host.".`,
    )
  })

  it('bounds what a frame may claim, before any memory is taken for it', () => {
    const header = writeHeader(1, FRAME.message, 0)
    new DataView(header.buffer).setUint32(12, MAX_BODY_BYTES + 1, true)
    expect(() => new FrameReader(() => undefined).push(header)).toThrow(/at most 1073741824 bytes/)
    expect(() => writeHeader(1, FRAME.message, MAX_BODY_BYTES + 1)).toThrow(RangeError)
  })

  it('knows only the kinds that there are', () => {
    const header = writeHeader(1, FRAME.message, 0)
    new DataView(header.buffer).setUint32(8, 9, true)
    expect(() => new FrameReader(() => undefined).push(header)).toThrow(/Expected a frame/)
  })
})
