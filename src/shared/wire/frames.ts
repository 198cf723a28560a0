/**
 * Frames on a stream between the engine and whoever speaks to it: several channels on one pair of
 * streams, each frame a small header and a body.
 *
 * ```
 * uint32  MAGIC
 * uint32  channel: 0 for main, 1 and up for windows
 * uint32  kind: a window opens a channel, sends or gets a message, closes it
 * uint32  bytes of the body: a message (see `message-codec.ts`), else none
 * ```
 */

/** `VGL1` in ASCII: distinguishes frames from anything else a program may print, and this version from others. */
const MAGIC = 0x314c4756
/** Bytes of a frame's header. */
export const HEADER_BYTES = 16

/**
 * Most bytes of a body. In Electron's processes an allocation of 2 GiB ends the process, however
 * much memory is free; what the window shows stays far below this.
 */
export const MAX_BODY_BYTES = 2 ** 30

/** The channel of main. */
export const CONTROL_CHANNEL = 0

/** What a frame is there for. */
export const FRAME = { open: 1, message: 2, close: 3 } as const
export type FrameKind = (typeof FRAME)[keyof typeof FRAME]

const KINDS: ReadonlySet<number> = new Set(Object.values(FRAME))

/** A frame that came whole. */
export interface Frame {
  readonly channel: number
  readonly kind: FrameKind
  /** Memory of its own. */
  readonly body: Uint8Array<ArrayBuffer>
}

/**
 * Writes a header.
 * @param bodyBytes - at most {@link MAX_BODY_BYTES}
 */
export function writeHeader(channel: number, kind: FrameKind, bodyBytes: number): Uint8Array {
  if (bodyBytes > MAX_BODY_BYTES) {
    throw new RangeError(`Expected at most ${MAX_BODY_BYTES} bytes in a frame; got ${bodyBytes}.`)
  }
  const header = new DataView(new ArrayBuffer(HEADER_BYTES))
  header.setUint32(0, MAGIC, true)
  header.setUint32(4, channel, true)
  header.setUint32(8, kind, true)
  header.setUint32(12, bodyBytes, true)
  return new Uint8Array(header.buffer)
}

/** Puts frames together from the pieces in which a stream brings them; each body is copied once. */
export class FrameReader {
  readonly #header = new Uint8Array(HEADER_BYTES)
  #headerFilled = 0
  #frame: Frame | null = null
  #bodyFilled = 0

  readonly #onFrame: (frame: Frame) => void

  /** @param onFrame - called for each frame as soon as it is whole */
  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame
  }

  /**
   * Takes the stream's next bytes; keeps none of them.
   * @throws RangeError when they are no frames: nothing that follows can be trusted then.
   */
  push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.byteLength) {
      at +=
        this.#frame === null ? this.#fillHeader(chunk, at) : this.#fillBody(this.#frame, chunk, at)
      const frame = this.#frame
      if (frame === null || this.#bodyFilled < frame.body.byteLength) continue
      this.#frame = null
      this.#onFrame(frame)
    }
  }

  #fillHeader(chunk: Uint8Array, at: number): number {
    const taken = Math.min(HEADER_BYTES - this.#headerFilled, chunk.byteLength - at)
    this.#header.set(chunk.subarray(at, at + taken), this.#headerFilled)
    this.#headerFilled += taken
    if (this.#headerFilled === HEADER_BYTES) {
      this.#headerFilled = 0
      this.#bodyFilled = 0
      this.#frame = readHeader(this.#header)
    }
    return taken
  }

  #fillBody({ body }: Frame, chunk: Uint8Array, at: number): number {
    const taken = Math.min(body.byteLength - this.#bodyFilled, chunk.byteLength - at)
    body.set(chunk.subarray(at, at + taken), this.#bodyFilled)
    this.#bodyFilled += taken
    return taken
  }
}

function readHeader(bytes: Uint8Array): Frame {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kind = header.getUint32(8, true)
  if (header.getUint32(0, true) !== MAGIC || !isKind(kind)) {
    const text = String.fromCharCode(...bytes).replace(/[^ -~]/g, '.')
    throw new RangeError(`Expected a frame of the engine's protocol; got "${text}".`)
  }
  const bodyBytes = header.getUint32(12, true)
  if (bodyBytes > MAX_BODY_BYTES) {
    throw new RangeError(`Expected a frame of at most ${MAX_BODY_BYTES} bytes; got ${bodyBytes}.`)
  }
  return { channel: header.getUint32(4, true), kind, body: new Uint8Array(bodyBytes) }
}

function isKind(kind: number): kind is FrameKind {
  return KINDS.has(kind)
}
