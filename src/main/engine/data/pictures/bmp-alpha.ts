/** Offsets in a BMP file whose header has masks. */
const AT = { pixels: 10, width: 18, height: 22, bits: 28, compression: 30, alphaMask: 66 } as const
const BITFIELDS = 3
/** Bytes of the file's header and the smallest picture header that has a mask of alpha. */
const MASKED_HEADER_BYTES = 14 + 56

/**
 * A BMP as it is meant: many programs announce alpha and leave it zero everywhere, and such a picture
 * is not invisible but opaque.
 * @returns the bytes, or a copy that has no mask of alpha
 */
export function dropEmptyAlpha(bytes: Buffer): Buffer {
  if (bytes.length < MASKED_HEADER_BYTES || bytes.readUInt32LE(AT.compression) !== BITFIELDS) {
    return bytes
  }
  if (bytes.readUInt32LE(14) < MASKED_HEADER_BYTES - 14) return bytes
  const mask = bytes.readUInt32LE(AT.alphaMask)
  const pixelBytes = bytes.readUInt16LE(AT.bits) >> 3
  if (mask === 0 || (pixelBytes !== 2 && pixelBytes !== 4)) return bytes
  const width = bytes.readInt32LE(AT.width)
  const rowBytes = Math.ceil((width * pixelBytes) / 4) * 4
  const start = bytes.readUInt32LE(AT.pixels)
  const end = Math.min(bytes.length, start + rowBytes * Math.abs(bytes.readInt32LE(AT.height)))
  for (let row = start; row < end; row += rowBytes) {
    const rowEnd = Math.min(row + width * pixelBytes, end)
    for (let at = row; at + pixelBytes <= rowEnd; at += pixelBytes) {
      const pixel = pixelBytes === 4 ? bytes.readUInt32LE(at) : bytes.readUInt16LE(at)
      if ((pixel & mask) !== 0) return bytes
    }
  }
  const opaque = Buffer.from(bytes)
  opaque.writeUInt32LE(0, AT.alphaMask)
  return opaque
}
