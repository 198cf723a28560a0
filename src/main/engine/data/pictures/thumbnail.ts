import { FastResizeFilter, ResizeFit } from '@napi-rs/image'
import { LabError, type EncodedPicture } from '../../../../shared/contract'
import { throwIfCancelled } from '../../work/progress-meter'
import { runBounded } from '../../work/run-bounded'
import { checkHeader, createTransformer, readPictureFile } from './decode-picture'
import { swapsSides } from './exif-orientation'

/** WebP quality of a small picture, where artefacts hide in the size. */
const THUMBNAIL_QUALITY = 80

/** Pictures that are encoded side by side. */
const THUMBNAIL_WORKERS = 4

/**
 * A small version of a picture for an `<img>`, as WebP: at most `sizePx` on its longest side, never
 * enlarged, orientation applied, transparency kept. Encoded off the caller's thread.
 *
 * @throws LabError `not-found` or `unreadable`, with the file's name
 */
export async function encodeThumbnail(path: string, sizePx: number): Promise<EncodedPicture> {
  const bytes = await readPictureFile(path)
  const header = checkHeader(bytes, path)
  const isTurned = swapsSides(header.orientation)
  const sourceWidth = isTurned ? header.height : header.width
  const sourceHeight = isTurned ? header.width : header.height
  const factor = Math.min(1, sizePx / Math.max(sourceWidth, sourceHeight))
  const width = Math.max(1, Math.round(sourceWidth * factor))
  const height = Math.max(1, Math.round(sourceHeight * factor))
  try {
    const encoded = await createTransformer(bytes, header)
      .fastResize({ width, height, filter: FastResizeFilter.Bilinear, fit: ResizeFit.Fill })
      .webp(THUMBNAIL_QUALITY)
    return { type: 'image/webp', width, height, bytes: new Uint8Array(encoded) }
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')
    throw new LabError(
      'unreadable',
      `${path} can't be decoded as ${header.format}: ${reason.trim()}.`,
      'Open the picture in an image program and save it again, or leave it out.',
    )
  }
}

/**
 * Small versions of many pictures, in order, a few at a time; null where a picture cannot be read.
 * @throws LabError `cancelled`
 */
export async function encodeThumbnails(
  paths: readonly string[],
  sizePx: number,
  signal: AbortSignal,
): Promise<(EncodedPicture | null)[]> {
  const encoded: (EncodedPicture | null)[] = paths.map(() => null)
  await runBounded(paths, THUMBNAIL_WORKERS, async (path, at) => {
    throwIfCancelled(signal, 'Thumbnails')
    // One picture that cannot be read must not take the others with it.
    encoded[at] = await encodeThumbnail(path, sizePx).catch(() => null)
  })
  return encoded
}
