/** A picture of RGB bytes, as a canvas takes it. */
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
    image.data[j] = pixels[i] ?? 0
    image.data[j + 1] = pixels[i + 1] ?? 0
    image.data[j + 2] = pixels[i + 2] ?? 0
    image.data[j + 3] = 255
  }
  return image
}

/** A picture of RGB bytes as a PNG of its true size. */
export async function encodePng(picture: Parameters<typeof toImageData>[0]): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  canvas.getContext('2d')?.putImageData(toImageData(picture), 0, 0)
  const blob = await canvas.convertToBlob({ type: 'image/png' })
  return new Uint8Array(await blob.arrayBuffer())
}
