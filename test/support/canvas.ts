import type { Locator } from 'playwright-core'

/** Number of different colours that a canvas shows: 1 or less is a blank one. */
export function countColours(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement
    const context = (element as HTMLCanvasElement).getContext('2d')
    if (context === null || width === 0 || height === 0) return 0
    const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)
    return new Set(pixels).size
  })
}
