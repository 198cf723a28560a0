import { LabError } from '../../../../shared/contract'
import { layCropGrid } from '../../../../shared/evaluation/crop-grid'
import { copyWindow, type PixelRectangle } from '../pictures/crop-picture'
import { decodePictureBytesSync, type DecodedPicture } from '../pictures/decode-picture'
import { readWhole, tellLost, type WholeFile } from './read-whole'
import type { PictureViews, ViewTask } from './tasks'

/**
 * Makes the views of a picture, in a worker's thread: the same decoding, rescaling and centre crop as the
 * validation of a run.
 * @returns the reason in words where the file is gone or no picture
 */
export function makeViews(task: ViewTask): PictureViews | string {
  const { path, smallestSide, flip } = task
  let file: WholeFile
  try {
    file = readWhole(path)
  } catch (error) {
    return tellLost(error)
  }
  try {
    const decoded = decodePictureBytesSync(file.buffer, path, { smallestSide })
    const views = listViews(decoded, task)
    const [{ width, height } = { width: 0, height: 0 }] = views
    const each = width * height * 3
    const count = views.length * (flip ? 2 : 1)
    const pixels = new Uint8Array(count * each)
    views.forEach((view, at) => {
      copyWindow(pixels, at * each, decoded, { ...view, flip: false })
      if (flip) copyWindow(pixels, (views.length + at) * each, decoded, { ...view, flip })
    })
    const { sourceWidth, sourceHeight } = decoded
    const { bytes, modifiedMs } = file
    return {
      ...{ count, height, width, pixels, sourceWidth, sourceHeight, bytes, modifiedMs },
      scaledWidth: decoded.width,
      scaledHeight: decoded.height,
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return error.message
  }
}

function listViews(
  { width, height }: DecodedPicture,
  { view, cropSide }: ViewTask,
): Omit<PixelRectangle, 'flip'>[] {
  const size = { width: cropSide, height: cropSide }
  switch (view) {
    case 'whole':
      return [{ left: 0, top: 0, width, height }]
    case 'center':
      return [{ left: (width - cropSide) >> 1, top: (height - cropSide) >> 1, ...size }]
    case 'crops':
      return layCropGrid(width, height, cropSide).map(({ left, top }) => ({ left, top, ...size }))
  }
}
