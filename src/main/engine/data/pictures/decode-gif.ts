import { present } from '../../../../shared/present'

/** First row and step of the four passes of an interlaced GIF. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const

const MAX_CODE_BITS = 12
/** Ends the file. */
const TRAILER = 0x3b

/**
 * Decodes the first frame of a GIF onto its whole canvas.
 *
 * The picture library has no GIF; a frame is a palette and one LZW stream, so it is done here, in
 * the caller's thread (a 500 x 375 GIF costs a few milliseconds).
 *
 * @returns `[height, width, 4]` RGBA bytes; what the frame leaves uncovered is transparent
 * @throws Error in words when the file is damaged
 */
export function decodeGif(bytes: Buffer): { width: number; height: number; rgba: Uint8Array } {
  const width = bytes.readUInt16LE(6)
  const height = bytes.readUInt16LE(8)
  const flags = bytes.readUInt8(10)
  let at = 13
  let palette: Buffer | null = null
  if (flags & 0x80) {
    const entries = 2 << (flags & 7)
    palette = readPalette(bytes, at, entries)
    at += entries * 3
  }
  let transparent = -1
  for (;;) {
    if (at >= bytes.length) throw new Error('the GIF ends before its first frame')
    const block = bytes[at++]
    if (block === 0x21) {
      const label = bytes[at++]
      // Graphic control: the transparent colour of the frame that follows.
      if (label === 0xf9 && at + 4 < bytes.length && bytes.readUInt8(at + 1) & 1) {
        transparent = bytes.readUInt8(at + 4)
      }
      at = readSubBlocks(bytes, at).end
    } else if (block === 0x2c) {
      break
    } else if (block === TRAILER) {
      throw new Error('the GIF has no frame')
    }
    // Anything else is passed over, as GIF87a asks (appendix C): some programs write a zero too many.
  }
  if (at + 10 > bytes.length) throw new Error('the GIF ends inside its first frame')
  const frame = {
    left: bytes.readUInt16LE(at),
    top: bytes.readUInt16LE(at + 2),
    width: bytes.readUInt16LE(at + 4),
    height: bytes.readUInt16LE(at + 6),
  }
  const frameFlags = bytes.readUInt8(at + 8)
  at += 9
  if (frameFlags & 0x80) {
    const entries = 2 << (frameFlags & 7)
    palette = readPalette(bytes, at, entries)
    at += entries * 3
  }
  if (palette === null) throw new Error('the GIF has no palette')
  if (at >= bytes.length) throw new Error('the GIF ends inside its first frame')
  const codeBits = bytes.readUInt8(at)
  const indices = inflateLzw(
    readSubBlocks(bytes, at + 1).data,
    codeBits,
    frame.width * frame.height,
  )

  const rgba = new Uint8Array(width * height * 4)
  const rows = frameFlags & 0x40 ? interlacedRows(frame.height) : null
  for (let row = 0; row < frame.height; row++) {
    const y = frame.top + (rows?.[row] ?? row)
    if (y >= height) continue
    const columns = Math.min(frame.width, width - frame.left)
    for (let column = 0; column < columns; column++) {
      const index = present(indices[row * frame.width + column])
      if (index === transparent) continue
      const to = (y * width + frame.left + column) * 4
      rgba[to] = present(palette[index * 3])
      rgba[to + 1] = present(palette[index * 3 + 1])
      rgba[to + 2] = present(palette[index * 3 + 2])
      rgba[to + 3] = 255
    }
  }
  return { width, height, rgba }
}

/** Colours of all indices that a byte can name; black for those that the file has no colour for. */
function readPalette(bytes: Buffer, at: number, entries: number): Buffer {
  const palette = Buffer.alloc(256 * 3)
  bytes.copy(palette, 0, at, at + entries * 3)
  return palette
}

/** Joins the sub-blocks that start at `at`; `end` is the offset behind their terminator. */
function readSubBlocks(bytes: Buffer, at: number): { data: Buffer; end: number } {
  const parts: Buffer[] = []
  // A file that ends here ends the list too: what came before may be a whole frame.
  const readSize = (): number => (at < bytes.length ? bytes.readUInt8(at) : 0)
  for (let size = readSize(); size !== 0; size = readSize()) {
    parts.push(bytes.subarray(at + 1, at + 1 + size))
    at += 1 + size
  }
  return { data: Buffer.concat(parts), end: at + 1 }
}

function interlacedRows(height: number): number[] {
  const rows: number[] = []
  for (const [first, step] of PASSES) for (let y = first; y < height; y += step) rows.push(y)
  return rows
}

/** GIF's LZW: codes of growing width, least significant bit first. */
function inflateLzw(data: Buffer, minimumBits: number, pixels: number): Uint8Array {
  if (minimumBits < 1 || minimumBits > 8) throw new Error('the GIF has a damaged frame')
  const clear = 1 << minimumBits
  const end = clear + 1
  const prefix = new Uint16Array(1 << MAX_CODE_BITS)
  const suffix = new Uint8Array(1 << MAX_CODE_BITS)
  for (let code = 0; code < clear; code++) suffix[code] = code
  const stack = new Uint8Array((1 << MAX_CODE_BITS) + 1)
  const out = new Uint8Array(pixels)
  let written = 0
  let bits = minimumBits + 1
  let next = end + 1
  let previous = -1
  let first = 0
  let held = 0
  let heldBits = 0
  let at = 0
  while (written < pixels) {
    while (heldBits < bits) {
      if (at >= data.length) throw new Error('the GIF ends inside its first frame')
      held |= present(data[at++]) << heldBits
      heldBits += 8
    }
    const code = held & ((1 << bits) - 1)
    held >>>= bits
    heldBits -= bits
    if (code === clear) {
      bits = minimumBits + 1
      next = end + 1
      previous = -1
      continue
    }
    if (code === end) throw new Error('the GIF ends inside its first frame')
    if (previous === -1) {
      if (code > end) throw new Error('the GIF has a damaged frame')
      first = code
      out[written++] = code
      previous = code
      continue
    }
    if (code > next) throw new Error('the GIF has a damaged frame')
    // A code's pixels come last first: up the chain of prefixes, then out in reverse.
    let depth = 0
    let walk = code
    if (code === next) {
      stack[depth++] = first
      walk = previous
    }
    while (walk > end) {
      stack[depth++] = present(suffix[walk])
      walk = present(prefix[walk])
    }
    first = present(suffix[walk])
    stack[depth++] = first
    while (depth > 0 && written < pixels) out[written++] = present(stack[--depth])
    if (next < 1 << MAX_CODE_BITS) {
      prefix[next] = previous
      suffix[next] = first
      next++
      if (next === 1 << bits && bits < MAX_CODE_BITS) bits++
    }
    previous = code
  }
  return out
}
