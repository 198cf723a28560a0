import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32 } from './crc32'
import { Transformer } from '@napi-rs/image'

export type Rgb = readonly [number, number, number]

/** The corners of every fixture: top left, top right, bottom left, bottom right. */
export const CORNERS = {
  topLeft: [230, 20, 20],
  topRight: [20, 200, 20],
  bottomLeft: [20, 20, 230],
  bottomRight: [230, 220, 20],
} as const satisfies Record<string, Rgb>

/** A picture whose quarters have the {@link CORNERS}' colours. */
export function paintCorners(width: number, height: number): (x: number, y: number) => Rgb {
  return (x, y) => {
    if (y < height / 2) return x < width / 2 ? CORNERS.topLeft : CORNERS.topRight
    return x < width / 2 ? CORNERS.bottomLeft : CORNERS.bottomRight
  }
}

/** A library picture painted pixel by pixel, opaque unless the paint gives four values. */
export function paintPicture(
  width: number,
  height: number,
  paint: (x: number, y: number) => readonly number[],
): Transformer {
  const rgba = new Uint8Array(width * height * 4).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set(paint(x, y), (y * width + x) * 4)
  }
  return Transformer.fromRgbaPixels(rgba, width, height)
}

/** Writes a file with the folders above it. */
export async function writeDeep(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
}

/** A folder of its own, removed by `remove`. */
export async function makeTemporaryFolder(): Promise<{
  folder: string
  remove: () => Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'vgg-lab-test-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** An EXIF block that holds the orientation alone. */
function makeExif(orientation: number): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex')
  tiff.writeUInt16BE(orientation, 18)
  return tiff
}

/** The same JPEG with an EXIF orientation. */
export function withJpegOrientation(jpeg: Buffer, orientation: number): Buffer {
  const payload = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), makeExif(orientation)])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, payload, jpeg.subarray(2)])
}

/** The same PNG with an eXIf chunk before its pixels. */
export function withPngOrientation(png: Buffer, orientation: number): Buffer {
  const body = Buffer.concat([Buffer.from('eXIf', 'latin1'), makeExif(orientation)])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length - 4)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  const afterHeader = 8 + 25
  return Buffer.concat([
    png.subarray(0, afterHeader),
    length,
    body,
    check,
    png.subarray(afterHeader),
  ])
}

/**
 * Where a pixel of the upright picture is stored under an orientation (EXIF 2.3, tag 0x0112):
 * the reverse of what a reader must do.
 */
export function storeTurned(
  orientation: number,
  width: number,
  height: number,
  paint: (x: number, y: number) => Rgb,
): { width: number; height: number; paint: (x: number, y: number) => Rgb } {
  const [right, bottom] = [width - 1, height - 1]
  const upright: Record<number, (x: number, y: number) => [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y) => [right - x, y],
    3: (x, y) => [right - x, bottom - y],
    4: (x, y) => [x, bottom - y],
    5: (x, y) => [y, x],
    6: (x, y) => [right - y, x],
    7: (x, y) => [right - y, bottom - x],
    8: (x, y) => [y, bottom - x],
  }
  const from = upright[orientation]
  if (from === undefined) throw new Error(`No orientation ${orientation}`)
  const isTurned = orientation >= 5
  return {
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    paint: (x, y) => paint(...from(x, y)),
  }
}

/** Little files of kinds that the library can't write, 24 x 16 with the {@link CORNERS}. */
const ENCODED = {
  'interlaced.gif':
    'R0lGODdhGAAQAIEAAObcFBTIFOYUFBQU5iwAAAAAGAAQAEAIWAAFCBxIUGCAgwgTHhzAsKFDhgAiSpwYsaBFAQozBnjIcQDFjwAuFtSoUCRBkgk7PgRJUaVDlhNNDkSJUKZBmgFsYsSpE+dGlxBhRgQaVChRj0IBHE0KICAAOw==',
  'animated.gif':
    'R0lGODdhGAAQAIEAAObcFBTIFOYUFBQU5iwAAAAAGAAQAAAIVgAFCBxIUGCAgwgTHizIUIDChwEaFoSoUCJBigktDsSIUKNBjhE9ggypceSAkyhTngTAsqVLlipjDnhJE4BMlTVf3kyZ0+VOlD1b/lwZ1ObQokZ/Ig0IACH5BAEAAAQALAAAAAAYABAAgebcFBTIFOYUFBQU5ghWAAEIHEhQ4ICDCBMeLMgQgMKHAxoWhKhQIkGKCS0OxIhQo0GOET2CDKlxZICTKFOeFMCypUuWKmMGeElTgEyVNV/eTJnT5U6UPVv+XBnU5tCiRn8iDQgAOw==',
  /** Its yellow, the bottom right, is transparent. */
  'transparent.gif':
    'R0lGODlhGAAQAIEAAObcFBTIFOYUFBQU5iH5BAEAAAAALAAAAAAYABAAQAhYAAUIHEhQYICDCBMeHMCwoUOGACJKnBixoEUBCjMGeMhxAMWPAC4W1KhQJEGSCTs+BElRpUOWE00ORIlQpkGaAWxixKkT50aXEGFGBBpUKFGPQgEcTQogIAA7',
  'cmyk.jpg':
    '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgAEAAYBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9mK/E+vxPr9/K/Fv/AIO+f+bef+5t/wDcNX60f8GuX/Nc/wDuWf8A3LUUV+LdfrRRRRX8l9f2kUV+0n/BoN/zcN/3KX/uZr9kP+DSr/mv/wD3Kn/uYr8W/wDg75/5t5/7m3/3DUV+0lfshX4t0V//2Q==',
  /** Grey, 16 bits: value 170 i at pixel i, row by row. */
  'grey16.png':
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAQEAAAAAB53zwKAAAAd0lEQVR4nGNgYGBYxRjC+I9pBXMQ8x+WZawBrL/YlrD7sf/gWMTpw/mNawG3F/cXnnm8Hryf+Obwu7Hwf2BcxfiB4QPjB+JIFgGilQ6wBgaYzzBIFgFc0jhsgWkgmhw0GhD+YxL4wP9B4AMhEgFZBEhyEONg1AAAd9dhLq2YXswAAAAASUVORK5CYII=',
  /** Stored turned (EXIF orientation 6) in an extended WebP. */
  'turned.webp':
    'UklGRnYAAABXRUJQVlA4WAoAAAAIAAAADwAAFwAAVlA4TDUAAAAvD8AFAB8gECBE+O8RI0ggQIjQ4b9DkUAgiWh/ojnmP/Sc4ABhttEkJznJ+x9BRP9jq6/CFwBFWElGGgAAAE1NACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA',
  /** A palette with a transparent entry: the yellow of the bottom right. */
  'palette.png':
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAQAgMAAABxSlcGAAAADFBMVEXm3BQUyBTmFBQUFOaEUa/zAAAAAXRSTlMAQObYZgAAAB1JREFUeJxjXMXAsJqBgYmBgYGBFIrxPwMDIxn6ANAPAnR9rqGhAAAAAElFTkSuQmCC',
  /** A JPEG of one component: the corners' luminances 83, 125, 44 and 200. */
  'grey.jpg':
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAAQABgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APkuvVv2Y/8AmN/9u3/tWvVq/Lev04/4Nyf+ax/9y9/7k6/Tiv/Z',
} as const

export type EncodedName = keyof typeof ENCODED

/** Bytes of a committed little file. */
export function encodedPicture(name: EncodedName): Buffer {
  return Buffer.from(ENCODED[name], 'base64')
}
