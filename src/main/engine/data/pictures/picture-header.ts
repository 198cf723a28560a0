import { present } from '../../../../shared/present'
import { hasExifPrefix, readExifOrientation } from './exif-orientation'
import { isFrame } from './jpeg-segments'
import { nameOther } from './name-other'

/** Formats that the lab reads, recognised by their first bytes and never by their name. */
export type PictureFormat = 'JPEG' | 'PNG' | 'GIF' | 'BMP' | 'WebP'

/** What a file's first bytes say. */
export interface PictureHeader {
  readonly format: PictureFormat
  /** As stored, before orientation; pixels. */
  readonly width: number
  readonly height: number
  /** EXIF orientation, 1..8; 1 is upright. */
  readonly orientation: number
}

export type HeaderReading =
  | { readonly kind: 'header'; readonly header: PictureHeader }
  /** The bytes end before the size. */
  | { readonly kind: 'cut'; readonly format: PictureFormat }
  /** No picture of a kind that the lab reads. */
  | { readonly kind: 'other'; readonly reason: string }

/** Xcode makes them for iPhone apps: other colours and compression under the name of PNG. */
const APPLE_PNG = 'an Apple-optimised PNG (CgBI) is not supported; export it as an ordinary PNG'
const PNG_MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * Reads a picture's format, size and orientation from its bytes.
 *
 * Only a whole file's bytes are sure to hold the orientation of a WebP or PNG, which may come last.
 */
export function readPictureHeader(bytes: Buffer): HeaderReading {
  const reading = sniff(bytes)
  if (reading.kind === 'header' && (reading.header.width < 1 || reading.header.height < 1)) {
    return { kind: 'other', reason: `${reading.header.format} without pixels` }
  }
  return reading
}

function sniff(bytes: Buffer): HeaderReading {
  if (bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) {
    return readJpeg(bytes)
  }
  if (bytes.subarray(0, 8).equals(PNG_MAGIC)) return readPng(bytes)
  const tag = bytes.toString('latin1', 0, 6)
  if (tag === 'GIF87a' || tag === 'GIF89a') {
    if (bytes.length < 13) return { kind: 'cut', format: 'GIF' }
    return upright('GIF', bytes.readUInt16LE(6), bytes.readUInt16LE(8))
  }
  if (tag.startsWith('RIFF') && bytes.toString('latin1', 8, 12) === 'WEBP') return readWebp(bytes)
  if (tag.startsWith('BM')) return readBmp(bytes)
  return { kind: 'other', reason: nameOther(bytes) }
}

function upright(format: PictureFormat, width: number, height: number): HeaderReading {
  return { kind: 'header', header: { format, width, height, orientation: 1 } }
}

function readJpeg(bytes: Buffer): HeaderReading {
  // Of several blocks the first counts.
  let orientation: number | null = null
  let at = 2
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return { kind: 'other', reason: 'JPEG whose header is damaged' }
    const marker = present(bytes[at + 1])
    // Fill bytes before a marker.
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = bytes.readUInt16BE(at + 2)
    if (isFrame(marker)) {
      if (at + 9 > bytes.length) break
      const height = bytes.readUInt16BE(at + 5)
      const width = bytes.readUInt16BE(at + 7)
      return {
        kind: 'header',
        header: { format: 'JPEG', width, height, orientation: orientation ?? 1 },
      }
    }
    if (marker === 0xda || marker === 0xd9 || length < 2) {
      return { kind: 'other', reason: 'JPEG without a frame header' }
    }
    const block = marker === 0xe1 ? bytes.subarray(at + 4, at + 2 + length) : null
    if (block !== null && hasExifPrefix(block)) orientation ??= readExifOrientation(block)
    at += 2 + length
  }
  return { kind: 'cut', format: 'JPEG' }
}

function readPng(bytes: Buffer): HeaderReading {
  if (bytes.length < 26) return { kind: 'cut', format: 'PNG' }
  const firstChunk = bytes.toString('latin1', 12, 16)
  if (firstChunk === 'CgBI') return { kind: 'other', reason: APPLE_PNG }
  if (firstChunk !== 'IHDR') return { kind: 'other', reason: 'PNG whose header is damaged' }
  const width = bytes.readUInt32BE(16)
  const height = bytes.readUInt32BE(20)
  let orientation = 1
  let at = 8
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (type === 'eXIf') orientation = readExifOrientation(bytes.subarray(at + 8, at + 8 + length))
    if (type === 'eXIf' || type === 'IEND') break
    at += 12 + length
  }
  return { kind: 'header', header: { format: 'PNG', width, height, orientation } }
}

function readBmp(bytes: Buffer): HeaderReading {
  if (bytes.length < 26) return { kind: 'cut', format: 'BMP' }
  const headerBytes = bytes.readUInt32LE(14)
  // OS/2's old header has 16-bit sides; in the others a negative height means top row first.
  if (headerBytes === 12) return upright('BMP', bytes.readUInt16LE(18), bytes.readUInt16LE(20))
  if (headerBytes < 40 || headerBytes > 256) return { kind: 'other', reason: 'not a picture' }
  return upright('BMP', bytes.readInt32LE(18), Math.abs(bytes.readInt32LE(22)))
}

function readWebp(bytes: Buffer): HeaderReading {
  if (bytes.length < 30) return { kind: 'cut', format: 'WebP' }
  const chunk = bytes.toString('latin1', 12, 16)
  if (chunk === 'VP8 ') {
    return upright('WebP', bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff)
  }
  if (chunk === 'VP8L') {
    const sides = bytes.readUInt32LE(21)
    return upright('WebP', (sides & 0x3fff) + 1, ((sides >>> 14) & 0x3fff) + 1)
  }
  if (chunk !== 'VP8X') return { kind: 'other', reason: 'WebP of an unknown kind' }
  const width = bytes.readUIntLE(24, 3) + 1
  const height = bytes.readUIntLE(27, 3) + 1
  let orientation = 1
  let at = 12
  while (at + 8 <= bytes.length) {
    const length = bytes.readUInt32LE(at + 4)
    if (bytes.toString('latin1', at, at + 4) === 'EXIF') {
      orientation = readExifOrientation(bytes.subarray(at + 8, at + 8 + length))
    }
    at += 8 + length + (length & 1)
  }
  return { kind: 'header', header: { format: 'WebP', width, height, orientation } }
}
