import type { EncodedPicture } from '../../../../shared/contract'
import { present } from '../../../../shared/present'

/** Longest side of the picture for hand-made kernels: so small that its pixels are seen. */
export const PICTURE_PX = 64

/** `[height, width, 3]`: RGB, 0..255. */
export interface RgbPicture {
  readonly height: number
  readonly width: number
  readonly data: Float32Array
}

type Colour = readonly [red: number, green: number, blue: number]

/**
 * A picture with something for each hand-made kernel: a disc, a slope, stripes, a checkerboard and
 * a smooth sky.
 */
export function drawSamplePicture(side = PICTURE_PX): RgbPicture {
  const data = new Float32Array(side * side * 3)
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      data.set(colourAt((column + 0.5) / side, (row + 0.5) / side), (row * side + column) * 3)
    }
  }
  return { height: side, width: side, data }
}

/** Colour at a place, 0..1 from the left and from the top. */
function colourAt(x: number, y: number): Colour {
  if (Math.hypot(x - 0.27, y - 0.25) < 0.15) return [235, 70, 45]
  if (x > 0.62 && y < 0.36 && x < 0.94 && y > 0.08) {
    return Math.floor(x * 16) % 2 === 0 ? [245, 235, 120] : [40, 60, 150]
  }
  if (y > 0.8 && x > 0.58) {
    return (Math.floor(x * 12) + Math.floor(y * 12)) % 2 === 0 ? [240, 240, 240] : [25, 25, 25]
  }
  if (y > 0.5 + 0.5 * Math.abs(x - 0.4)) return [50, Math.round(150 - 60 * y), 60]
  return [Math.round(110 + 70 * y), Math.round(160 + 50 * y), Math.round(230 - 20 * y)]
}

/**
 * Decodes a picture of the engine.
 * @throws Error when the bytes are no picture, or there is no memory for it
 */
export async function decodePicture({ bytes, type }: EncodedPicture): Promise<RgbPicture> {
  const bitmap = await createImageBitmap(new Blob([bytes as BlobPart], { type }))
  try {
    const { width, height } = bitmap
    const context = new OffscreenCanvas(width, height).getContext('2d')
    if (context === null) throw new Error('Expected a 2D canvas, got none: close other windows.')
    context.drawImage(bitmap, 0, 0)
    return fromRgba(context.getImageData(0, 0, width, height))
  } finally {
    bitmap.close()
  }
}

/** RGBA bytes without their alpha. */
export function fromRgba({
  width,
  height,
  data,
}: Pick<ImageData, 'width' | 'height' | 'data'>): RgbPicture {
  const rgb = Float32Array.from({ length: width * height * 3 }, (_, index) =>
    present(data[Math.floor(index / 3) * 4 + (index % 3)]),
  )
  return { width, height, data: rgb }
}

/** `[height, width, 3]` RGB bytes as a canvas takes them. */
export function toImageData({
  width,
  height,
  pixels,
}: {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}): ImageData {
  const image = new ImageData(width, height)
  for (let i = 0, j = 0; j < image.data.length; i += 3, j += 4) {
    image.data[j] = present(pixels[i])
    image.data[j + 1] = present(pixels[i + 1])
    image.data[j + 2] = present(pixels[i + 2])
    image.data[j + 3] = 255
  }
  return image
}

/** Paints `[size, size, 3]` RGB bytes, which the canvas then is as large as. */
export function paintPixels(canvas: HTMLCanvasElement, pixels: Uint8Array, size: number): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  canvas.width = size
  canvas.height = size
  context.putImageData(toImageData({ width: size, height: size, pixels }), 0, 0)
}

/** A picture of RGB bytes as a PNG of its true size. */
export async function encodeRgbPng(
  picture: Parameters<typeof toImageData>[0],
): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  canvas.getContext('2d')?.putImageData(toImageData(picture), 0, 0)
  return encodePng(canvas)
}

/** A canvas as a PNG file. */
export async function encodePng(canvas: OffscreenCanvas): Promise<Uint8Array> {
  const blob = await canvas.convertToBlob({ type: 'image/png' })
  return new Uint8Array(await blob.arrayBuffer())
}
