import { toImageData } from '../../../lib/export/rgb-picture'

/** A picture of RGB bytes as a PNG of its true size. */
export async function encodeRgbPng(
  picture: Parameters<typeof toImageData>[0],
): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  canvas.getContext('2d')?.putImageData(toImageData(picture), 0, 0)
  const blob = await canvas.convertToBlob({ type: 'image/png' })
  return new Uint8Array(await blob.arrayBuffer())
}
