import type { ComparedColumn, MapThumbnail } from '../../../../../shared/contract'
import { colourMapOf, limitsOf, type ColourScale } from '../../../../../shared/colour-maps'
import {
  paintComparedMap,
  scaleOfDifference,
  scaleOfRow,
  type RowScope,
} from '../../../lib/channels/compared-scales'
import type { ColourChoice } from '../../../lib/tiles/colour-choice'
import { escapeXml, numberColumn, type ExportTable } from '../../../lib/export/export-table'
import { formatActivation, formatShare, formatShort } from '../../../lib/words/format-value'
import { paintPixels } from '../../../lib/export/rgb-picture'
import { keyOf, type ShownColumn, type ShownRows } from '../../../lib/channels/compared-rows'
import { present } from '../../../../../shared/present'

/** What is exported, as it is shown. */
export interface ShownComparison {
  readonly rows: ShownRows
  /** In their order. */
  readonly columns: readonly ComparedColumn[]
  /** One for each column. */
  readonly names: readonly string[]
  readonly scope: RowScope
  readonly colours: ColourChoice
  /** Of the network, in words. */
  readonly title: string
}

const SIDE_PX = 128
const LABEL_PX = 112
const GAP_PX = 8
const MARGIN_PX = 16
const CAPTION_PX = 16
const TOP_CLASSES = 3

/** The columns that have answered, with their names. */
function answeredColumns({ rows, columns, names }: ShownComparison): (ShownColumn & {
  readonly name: string
})[] {
  return columns.flatMap((column, index) => {
    const shown = rows.columns[keyOf(column)]
    return shown === undefined ? [] : [{ ...shown, name: present(names[index]) }]
  })
}

/** A row for every channel of the layer, shown or not. */
export function tabulateComparison(shown: ShownComparison): ExportTable {
  const { rows } = shown
  const columns = answeredColumns(shown)
  const [first] = columns
  const channels = Math.max(0, ...columns.map(({ summary }) => summary.shape[2]))
  const isFlat = columns.every(({ summary }) => summary.shape[0] * summary.shape[1] === 1)
  const isClasses = rows.layer === 'fc8' || rows.layer === 'prob'
  const numbers = rows.difference?.numbers
  return {
    title: `${titleOf(shown)}: ${isFlat ? 'units' : 'largest and mean value of each channel'}`,
    columns: [
      numberColumn(isFlat ? 'unit' : 'channel'),
      ...(isClasses ? [{ name: 'class' }] : []),
      ...columns.flatMap(({ name }) =>
        isFlat
          ? [numberColumn(name)]
          : [numberColumn(`max, ${name}`), numberColumn(`mean, ${name}`)],
      ),
      ...(numbers ? [numberColumn('mean |B - A|'), numberColumn('largest |B - A|')] : []),
      ...(numbers && !isFlat ? [numberColumn('correlation of A and B')] : []),
    ],
    rows: Array.from({ length: channels }, (_, channel) => [
      channel,
      ...(isClasses ? [first?.summary.classNames[channel] ?? null] : []),
      ...columns.flatMap(({ summary: { max, mean } }) =>
        isFlat ? [max[channel] ?? null] : [max[channel] ?? null, mean[channel] ?? null],
      ),
      ...(numbers
        ? [present(numbers.meanAbsolute[channel]), present(numbers.largest[channel])]
        : []),
      ...(numbers && !isFlat ? [orNull(numbers.correlation[channel])] : []),
    ]),
  }
}

/** The sheet as the text of an SVG document: pictures, predictions, maps and each row's scale. */
export function drawComparison(shown: ShownComparison): string {
  const { rows, scope, colours } = shown
  const columns = answeredColumns(shown)
  const summaries = columns.map(({ summary }) => summary)
  const isFlat = summaries.every(({ shape }) => shape[0] * shape[1] === 1)
  const mapPx = isFlat ? 20 : SIDE_PX
  const count = columns.length + (rows.difference === null ? 0 : 1)
  const xOf = (index: number): number => MARGIN_PX + LABEL_PX + index * (SIDE_PX + GAP_PX)
  const picturesY = MARGIN_PX + 24
  const rowsY = picturesY + SIDE_PX + CAPTION_PX * (TOP_CLASSES + 2)
  const rowPx = mapPx + 2 * CAPTION_PX
  const parts = [text(MARGIN_PX, MARGIN_PX + 10, titleOf(shown), ' font-weight="600"')]

  columns.forEach(({ name, summary: { prediction } }, index) => {
    const x = xOf(index)
    const { size, pixels } = prediction.input
    parts.push(
      image(x, picturesY, SIDE_PX, SIDE_PX, (canvas) => paintPixels(canvas, pixels, size)),
      text(x, picturesY + SIDE_PX + 12, fit(name), ' font-weight="600"'),
    )
    prediction.top.slice(0, TOP_CLASSES).forEach((one, at) => {
      const y = picturesY + SIDE_PX + 12 + (at + 1) * CAPTION_PX
      parts.push(text(x, y, fit(`${formatShare(one.probability, 0)} ${one.class}`)))
    })
  })
  if (rows.difference !== null) {
    parts.push(text(xOf(columns.length), picturesY + SIDE_PX + 12, 'B − A', ' font-weight="600"'))
  }

  rows.channels.forEach((channel, row) => {
    const y = rowsY + row * rowPx
    const scale = scaleOfRow(summaries, channel, scope, rows.stage, colours)
    const name = `${isFlat ? 'unit' : 'channel'} ${channel}`
    parts.push(text(MARGIN_PX, y + 12, name), legend(MARGIN_PX, y + 20, LABEL_PX - 16, scale))
    columns.forEach(({ maps, summary }, index) => {
      const map = maps[channel]
      if (map === undefined) return
      const value = present(summary.max[channel])
      const caption = isFlat ? formatActivation(value) : `max ${formatShort(value)}`
      parts.push(drawMap(xOf(index), y, mapPx, map, scale))
      parts.push(text(xOf(index), y + mapPx + 12, caption))
    })
    const { difference } = rows
    const map = difference?.maps[channel]
    if (!difference || map === undefined) return
    const own = scaleOfDifference(difference.numbers, channel, scope, colours)
    const x = xOf(columns.length)
    parts.push(drawMap(x, y, mapPx, map, own), legend(x, y + mapPx + 2, SIDE_PX, own))
  })
  const width = xOf(count) - GAP_PX + MARGIN_PX
  const height = rowsY + rows.channels.length * rowPx + MARGIN_PX
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    '</svg>',
  ].join('\n')
}

function titleOf({ rows, title }: ShownComparison): string {
  return `${rows.layer}${rows.stage === 'pre-relu' ? ' before its ReLU' : ''}, ${title}`
}

/** NaN stands for what there is not. */
function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}

function text(x: number, y: number, words: string, extra = ''): string {
  return `<text x="${x}" y="${y}" fill="#111"${extra}>${escapeXml(words)}</text>`
}

/** As many letters as a column is wide. */
function fit(words: string): string {
  const LETTERS = 21
  return words.length > LETTERS ? `${words.slice(0, LETTERS - 1)}…` : words
}

function drawMap(x: number, y: number, heightPx: number, map: MapThumbnail, scale: ColourScale) {
  return image(x, y, SIDE_PX, heightPx, (canvas) => {
    canvas.width = map.width
    canvas.height = map.height
    const context = canvas.getContext('2d')
    if (context === null) return
    const pixels = context.createImageData(map.width, map.height)
    paintComparedMap(map, scale, new Uint32Array(pixels.data.buffer))
    context.putImageData(pixels, 0, 0)
  })
}

/** The colours from left to right, with the numbers of their ends. */
function legend(x: number, y: number, widthPx: number, scale: ColourScale): string {
  const { low, high } = limitsOf(scale)
  const map = colourMapOf(scale)
  const bar = image(x, y, widthPx, 8, (canvas) => {
    canvas.width = 256
    canvas.height = 1
    const context = canvas.getContext('2d')
    if (context === null) return
    const pixels = context.createImageData(256, 1)
    for (let at = 0; at < 256; at++) {
      pixels.data.set(
        [present(map[3 * at]), present(map[3 * at + 1]), present(map[3 * at + 2]), 255],
        4 * at,
      )
    }
    context.putImageData(pixels, 0, 0)
  })
  return [
    bar,
    text(x, y + 20, formatShort(low)),
    text(x + widthPx, y + 20, formatShort(high), ' text-anchor="end"'),
  ].join('\n')
}

function image(
  x: number,
  y: number,
  widthPx: number,
  heightPx: number,
  paint: (canvas: HTMLCanvasElement) => void,
): string {
  const canvas = document.createElement('canvas')
  paint(canvas)
  return `<image x="${x}" y="${y}" width="${widthPx}" height="${heightPx}" href="${canvas.toDataURL()}" preserveAspectRatio="none" image-rendering="pixelated"/>`
}
