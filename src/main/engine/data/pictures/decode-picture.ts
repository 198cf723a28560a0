import { readFile } from 'node:fs/promises'
import { FastResizeFilter, ResizeFit, Transformer, type Orientation } from '@napi-rs/image'
import { LabError } from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import { describeFileError } from '../../../files/disk-errors'
import { dropEmptyAlpha } from './bmp-alpha'
import { decodeGif } from './decode-gif'
import { hideExif, swapsSides } from './exif-orientation'
import { CUT_JPEG, isWholeJpeg } from './jpeg-end'
import { readPictureHeader, type PictureHeader } from './picture-header'
import { describeUnfitSize, MAX_PIXELS } from './picture-limits'
import type { RgbPicture } from '../types'

export type DecodeOptions =
  | {
      /**
       * Rescales isotropically, up or down, so that the smaller side has this many pixels (section
       * 3.1's S, 3.2's Q). Left out: the picture's own size.
       */
      readonly smallestSide?: number
    }
  /** Exactly this size, whatever the picture's shape. */
  | { readonly width: number; readonly height: number }

/** A decoded picture with the size that its file has, orientation applied. */
export interface DecodedPicture extends RgbPicture {
  readonly sourceWidth: number
  readonly sourceHeight: number
}

/**
 * Decodes a picture file: JPEG, PNG, BMP, GIF (first frame), WebP (first frame), recognised by content.
 *
 * EXIF orientation is applied (JPEG, PNG, WebP). The result is always 8-bit RGB: grey is
 * repeated, palettes are looked up, 16 bits lose the lower eight, CMYK is converted without its
 * colour profile, and transparency is laid over white. Rescaling is bilinear with the support of the
 * larger scale (antialiased), as PIL's BILINEAR.
 *
 * The decoding runs in libuv's pool, off the caller's thread; only a GIF's does not.
 *
 * @returns `[height, width, 3]` RGB bytes
 * @throws LabError `not-found` or `unreadable`, with the file's name
 */
export async function decodePicture(
  path: string,
  options: DecodeOptions = {},
): Promise<DecodedPicture> {
  return decodePictureBytes(await readPictureFile(path), path, options)
}

/** {@link decodePicture} of bytes that were read already; `name` is for errors. */
export async function decodePictureBytes(
  bytes: Buffer,
  name: string,
  options: DecodeOptions = {},
): Promise<DecodedPicture> {
  const plan = planDecoding(bytes, name, options)
  try {
    return finishDecoding(plan, await startDecoding(bytes, plan).rawPixels())
  } catch (error) {
    throw undecodable(plan, error)
  }
}

/** {@link decodePictureBytes} in the caller's thread, which is a worker's. */
export function decodePictureBytesSync(
  bytes: Buffer,
  name: string,
  options: DecodeOptions = {},
): DecodedPicture {
  const plan = planDecoding(bytes, name, options)
  try {
    return finishDecoding(plan, startDecoding(bytes, plan).rawPixelsSync())
  } catch (error) {
    throw undecodable(plan, error)
  }
}

/** What a file's header and the options come to. */
interface DecodingPlan {
  readonly name: string
  readonly header: PictureHeader
  readonly sourceWidth: number
  readonly sourceHeight: number
  readonly width: number
  readonly height: number
}

function planDecoding(bytes: Buffer, name: string, options: DecodeOptions): DecodingPlan {
  const header = checkHeader(bytes, name)
  const isTurned = swapsSides(header.orientation)
  const sourceWidth = isTurned ? header.height : header.width
  const sourceHeight = isTurned ? header.width : header.height
  const { width, height } =
    'width' in options
      ? options
      : scaleToSmallestSide(sourceWidth, sourceHeight, options.smallestSide)
  if (width * height > MAX_PIXELS) {
    throw unfit(name, `too large once rescaled: ${width}x${height} pixels`)
  }
  return { name, header, sourceWidth, sourceHeight, width, height }
}

function startDecoding(bytes: Buffer, { header, width, height }: DecodingPlan): Transformer {
  return (
    createTransformer(bytes, header)
      // Also at its own size: the result is then 8-bit RGBA whatever the file held.
      .fastResize({ width, height, filter: FastResizeFilter.Bilinear, fit: ResizeFit.Fill })
  )
}

function finishDecoding(plan: DecodingPlan, rgba: Buffer): DecodedPicture {
  const { width, height, sourceWidth, sourceHeight } = plan
  if (rgba.length !== width * height * 4) {
    throw new Error(`expected ${width}x${height} pixels, got ${rgba.length / 4}`)
  }
  return { width, height, pixels: layOverWhite(rgba), sourceWidth, sourceHeight }
}

function undecodable({ name, header }: DecodingPlan, error: unknown): LabError {
  return new LabError(
    'unreadable',
    `${name} can't be decoded as ${header.format}: ${firstLine(error)}.`,
    'Open the picture in an image program and save it again, or leave it out.',
  )
}

/**
 * A picture ready for the library's operations, orientation applied.
 * @throws Error in words when a GIF is damaged; the other formats are decoded later
 */
export function createTransformer(bytes: Buffer, header: PictureHeader): Transformer {
  if (header.format === 'GIF') {
    const { width, height, rgba } = decodeGif(bytes)
    return Transformer.fromRgbaPixels(rgba, width, height)
  }
  if (header.format === 'BMP') return new Transformer(dropEmptyAlpha(bytes))
  if (header.orientation === 1) return new Transformer(bytes)
  // EXIF's numbers are the library's.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
  const orientation: Orientation = header.orientation
  return new Transformer(header.format === 'JPEG' ? hideExif(bytes) : bytes).rotate(orientation)
}

/** @throws LabError `not-found` or `unreadable` */
export async function readPictureFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw fileError(path, error)
  }
}

/** Turns what the file system said into the lab's words. */
function fileError(path: string, error: unknown): LabError {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') {
    return new LabError('not-found', `There is no file ${path}.`, 'Check the path.')
  }
  if (code === 'EISDIR') {
    return new LabError('bad-input', `${path} is a folder, not a picture.`, 'Give a picture file.')
  }
  return new LabError(
    'unreadable',
    `${path} can't be read: ${describeFileError(error)}.`,
    'Check its permissions.',
  )
}

/**
 * The header of a whole file.
 * @throws LabError `unreadable` for what is no picture of a kind that the lab reads, for a JPEG that
 *   was cut off, and for a size that is not decoded
 */
export function checkHeader(bytes: Buffer, name: string): PictureHeader {
  const reading = readPictureHeader(bytes)
  const hint = 'Pictures are JPEG, PNG, BMP, GIF or WebP files.'
  if (bytes.length === 0) throw new LabError('unreadable', `${name} is empty (0 bytes).`, hint)
  if (reading.kind === 'other') {
    throw new LabError('unreadable', `${name} can't be used: ${reading.reason}.`, hint)
  }
  if (reading.kind === 'cut') {
    throw new LabError(
      'unreadable',
      `${name} is cut off inside its ${reading.format} header.`,
      hint,
    )
  }
  const unfitSize = describeUnfitSize(reading.header)
  if (unfitSize !== null) throw unfit(name, unfitSize)
  if (reading.header.format === 'JPEG' && !isWholeJpeg(bytes)) {
    throw new LabError(
      'unreadable',
      `${name} is ${CUT_JPEG}.`,
      'Copy or download the picture again, or leave it out.',
    )
  }
  return reading.header
}

/** The size with the smaller side as asked, the other to the nearest pixel. */
export function scaleToSmallestSide(
  width: number,
  height: number,
  smallestSide: number | undefined,
): { width: number; height: number } {
  if (smallestSide === undefined) return { width, height }
  const smaller = Math.min(width, height)
  return {
    width: Math.round((width * smallestSide) / smaller),
    height: Math.round((height * smallestSide) / smaller),
  }
}

/** RGBA to RGB; what is transparent shows white. */
function layOverWhite(rgba: Buffer): Uint8Array {
  const pixels = rgba.length / 4
  const rgb = new Uint8Array(pixels * 3)
  for (let pixel = 0, from = 0, to = 0; pixel < pixels; pixel++, from += 4, to += 3) {
    const alpha = present(rgba[from + 3])
    if (alpha === 255) {
      rgb[to] = present(rgba[from])
      rgb[to + 1] = present(rgba[from + 1])
      rgb[to + 2] = present(rgba[from + 2])
    } else {
      // Rounded: x + 0.5 is cut to a byte.
      const white = (255 - alpha) * 255 + 127
      rgb[to] = (present(rgba[from]) * alpha + white) / 255
      rgb[to + 1] = (present(rgba[from + 1]) * alpha + white) / 255
      rgb[to + 2] = (present(rgba[from + 2]) * alpha + white) / 255
    }
  }
  return rgb
}

function unfit(name: string, reason: string): LabError {
  return new LabError(
    'unreadable',
    `${name} is ${reason}.`,
    'Crop it or make it smaller, or leave it out.',
  )
}

/** One line, without the full stop. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
}
