/** Numbers of TIFF's types LONG and SLONG. */
const LONG_TYPES = [4, 9]

/** How EXIF begins in a JPEG. */
const PREFIX = Buffer.from('Exif\0\0', 'latin1')

/** Whether a block of EXIF begins as it does in a JPEG. */
export function hasExifPrefix(block: Buffer): boolean {
  return block.subarray(0, PREFIX.length).equals(PREFIX)
}

/**
 * A copy of a JPEG without EXIF for the decoder. It is told the orientation, but reads it again, and
 * writes what it misses in it to standard output, where the engine's frames go.
 */
export function hideExif(jpeg: Buffer): Buffer {
  const copy = Buffer.from(jpeg)
  for (let at = copy.indexOf(PREFIX); at >= 0; at = copy.indexOf(PREFIX, at))
    copy.fill(0, at, at + 4)
  return copy
}

/**
 * Orientation of a block of EXIF: the tag 0x0112 of its first directory.
 * @param block - TIFF, with or without the prefix that it has in a JPEG
 * @returns 1..8; 1 where there is none or it makes no sense
 */
export function readExifOrientation(block: Buffer): number {
  const tiff = hasExifPrefix(block) ? block.subarray(PREFIX.length) : block
  if (tiff.length < 8) return 1
  const order = tiff.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return 1
  const isLittle = order === 'II'
  const u16 = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const u32 = (at: number): number => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
  if (u16(2) !== 42) return 1
  const directory = u32(4)
  if (directory + 2 > tiff.length) return 1
  const entries = u16(directory)
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12
    if (at + 12 > tiff.length) return 1
    if (u16(at) !== 0x0112) continue
    // SHORT by the standard; the bytes of a big-endian LONG begin with two zeros.
    const value = LONG_TYPES.includes(u16(at + 2)) ? u32(at + 8) : u16(at + 8)
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

/** Whether an orientation turns width into height. */
export function swapsSides(orientation: number): boolean {
  return orientation >= 5
}
