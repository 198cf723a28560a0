import type { AugmentationPreview } from '../../../../shared/contract'
import { escapeXml, numberColumn, type ExportTable } from '../../lib/export/export-table'
import { paintPixels } from '../../lib/export/rgb-picture'
import { formatShift } from './augmentation-words'

const COLUMNS = 4
const SIDE_PX = 224
const GAP_PX = 16
const LINE_PX = 16
/** Under each sample, and its gap. */
const CAPTION_PX = 3 * LINE_PX + GAP_PX
const HEAD_PX = 2 * LINE_PX + GAP_PX

/**
 * The samples of a preview on one sheet, with what was drawn for each: the text of an SVG document.
 * @param heading - what they are of, and what they are made with; a line each
 * @param urlOf - a sample's `[inputSize, inputSize, 3]` bytes as a URL that a file can carry
 */
export function drawSamples(
  { inputSize, samples }: AugmentationPreview,
  heading: readonly [string, string],
  urlOf: (pixels: Uint8Array, size: number) => string,
): string {
  const rows = Math.ceil(samples.length / COLUMNS)
  const width = GAP_PX + COLUMNS * (SIDE_PX + GAP_PX)
  const height = HEAD_PX + rows * (SIDE_PX + CAPTION_PX)
  const text = (content: string, x: number, y: number, isStrong = false): string =>
    `<text x="${x}" y="${y}"${isStrong ? ' font-weight="600"' : ''}>${escapeXml(content)}</text>`
  const body = samples.flatMap((sample, index) => {
    const x = GAP_PX + (index % COLUMNS) * (SIDE_PX + GAP_PX)
    const y = HEAD_PX + Math.floor(index / COLUMNS) * (SIDE_PX + CAPTION_PX)
    const under = y + SIDE_PX
    const flip = sample.flip ? 'flipped' : 'not flipped'
    return [
      `<image x="${x}" y="${y}" width="${SIDE_PX}" height="${SIDE_PX}" style="image-rendering:pixelated" href="${urlOf(sample.pixels, inputSize)}"/>`,
      text(`Epoch ${sample.epoch}: S ${sample.scale}, ${flip}`, x, under + LINE_PX, true),
      text(
        `crop at ${sample.left}, ${sample.top} of ${sample.width} × ${sample.height}`,
        x,
        under + 2 * LINE_PX,
      ),
      text(`RGB shift ${formatShift(sample.shift)}`, x, under + 3 * LINE_PX),
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(heading[0], GAP_PX, LINE_PX + 4, true),
    text(heading[1], GAP_PX, 2 * LINE_PX + 4),
    ...body,
    '</svg>',
  ].join('\n')
}

/** What was drawn for each sample. */
export function tabulateSamples({ samples }: AugmentationPreview, title: string): ExportTable {
  return {
    title,
    columns: [
      ...['epoch', 'S (px)', 'width (px)', 'height (px)', 'crop x (px)', 'crop y (px)'].map(
        numberColumn,
      ),
      { name: 'flip' },
      ...['shift R', 'shift G', 'shift B'].map(numberColumn),
    ],
    rows: samples.map((sample) => [
      sample.epoch,
      sample.scale,
      sample.width,
      sample.height,
      sample.left,
      sample.top,
      sample.flip ? 'yes' : 'no',
      ...sample.shift,
    ]),
  }
}

/** RGB bytes as a PNG's data URL. */
export function encodePixels(pixels: Uint8Array, size: number): string {
  const canvas = document.createElement('canvas')
  paintPixels(canvas, pixels, size)
  return canvas.toDataURL('image/png')
}
