import { findPyramid, type Network } from '../../../../shared/vgg'
import { escapeXml, numberColumn, type ExportTable } from '../../lib/export/export-table'
import { describeOverhang, findFieldBox, toFieldBox, type Box } from '../../lib/network/field-box'
import { formatTold } from '../../lib/words/format-value'
import type { PinnedReading } from './map-view.svelte'

/** "conv3_1 before ReLU (x 4, y 3, c 12)". */
function nameUnit({ layer, stage, row, column, channel }: PinnedReading): string {
  return `${layer}${stage === 'pre-relu' ? ' before ReLU' : ''} (x ${column}, y ${row}, c ${channel})`
}

/** What the unit sees of the input and of each layer under its own; a row each, the input first. */
export function tabulateField(network: Network, unit: PinnedReading): ExportTable {
  const { layer, row, column } = unit
  const words = ['x from', 'x to', 'y from', 'y to', 'width', 'height'] as const
  const sides = ['left', 'right', 'above', 'below'] as const
  return {
    title: `Receptive field of ${nameUnit(unit)}`,
    columns: [
      { name: 'layer' },
      ...words.map(numberColumn),
      ...sides.map((side) => numberColumn(`in padding, ${side}`)),
      numberColumn('layer width'),
      numberColumn('layer height'),
    ],
    rows: findPyramid(network, layer, row, column).map(({ name, field, width, height }) => {
      const { inside, overhang } = toFieldBox(field)
      const { left, right, top, bottom } = field.clipped
      const { left: l, right: r, top: t, bottom: b } = overhang
      const seen = [left, right, top, bottom, inside.width, inside.height]
      return [name, ...seen, l, r, t, b, width, height]
    }),
  }
}

const MARGIN_PX = 16
const FIGURE_PX = 384
const LINE_PX = 18
const TEXT_PX = 330
const TERM_PX = 94
const TOP_PX = MARGIN_PX + 2 * LINE_PX + 8
const MARK = '#ffd84d'

/**
 * The field on the picture, as the text of an SVG document: the part on the picture in a solid box,
 * all of it in a dashed one where it reaches into the padding, which is hatched; numbers beside it.
 * @param input - the picture as the network takes it, as a data URL
 * @param titles - of the network, and name of the picture that is drawn
 */
export function drawField(
  network: Network,
  unit: PinnedReading,
  input: string,
  titles: { readonly network: string; readonly picture: string },
): string {
  const { inputSize } = network.spec
  const { full, inside, overhang, touchesPadding } = findFieldBox(
    network,
    unit.layer,
    unit.row,
    unit.column,
  )
  // As far as this unit sees, to scale.
  const { top, right, bottom, left: before } = overhang
  const margin = Math.max(top, right, bottom, before)
  const scale = FIGURE_PX / (inputSize + 2 * margin)
  const at = (px: number): number => Number((px * scale).toFixed(2))
  const rectangle = ({ x, y, width, height }: Box, look: string): string =>
    `<rect x="${at(x + margin)}" y="${at(y + margin)}" width="${at(width)}" height="${at(height)}" ${look}/>`
  const picture = { x: 0, y: 0, width: inputSize, height: inputSize }
  const box = (of: Box, dashes: string): string[] => [
    rectangle(of, 'fill="none" stroke="#111" stroke-width="4.5"'),
    rectangle(of, `fill="none" stroke="${MARK}" stroke-width="2.5"${dashes}`),
  ]
  const dashed = ' stroke-dasharray="6 4"'
  const where = unit.picture === titles.picture || unit.picture === '' ? '' : ` on ${unit.picture}`
  const padding = describeOverhang(overhang)
  const facts = [
    ['Unit', nameUnit(unit)],
    ['Value', `${formatTold(unit)}${where}`],
    ['Field', `${full.width} × ${full.height} px`],
    ['Picture', `${inside.width} × ${inside.height} px at (${inside.x}, ${inside.y})`],
    ['Padding', padding || 'none'],
    ['Input', `${inputSize} × ${inputSize} px`],
  ] as const
  const left = MARGIN_PX + FIGURE_PX + MARGIN_PX
  const swatch = (line: number, dashes: string): string =>
    `<path d="M${left + TERM_PX - 22} ${TOP_PX + line * LINE_PX + 8}h16" stroke="#111" stroke-width="4.5"/><path d="M${left + TERM_PX - 22} ${TOP_PX + line * LINE_PX + 8}h16" stroke="${MARK}" stroke-width="2.5"${dashes}/>`
  const write = (x: number, y: number, words: string, extra = ''): string =>
    `<text x="${x}" y="${y}" fill="#111"${extra}>${escapeXml(words)}</text>`
  const width = left + TERM_PX + TEXT_PX
  const height = TOP_PX + FIGURE_PX + MARGIN_PX
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    '<defs><pattern id="padding" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V8" stroke="#9aa4ae"/></pattern></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    write(MARGIN_PX, MARGIN_PX + 12, `Receptive field of ${nameUnit(unit)}`, ' font-weight="600"'),
    write(MARGIN_PX, MARGIN_PX + 12 + LINE_PX, `${titles.picture}; ${titles.network}`),
    `<g transform="translate(${MARGIN_PX} ${TOP_PX})">`,
    `<rect width="${FIGURE_PX}" height="${FIGURE_PX}" fill="url(#padding)"/>`,
    `<image x="${at(margin)}" y="${at(margin)}" width="${at(inputSize)}" height="${at(inputSize)}" href="${input}" image-rendering="pixelated"/>`,
    rectangle(picture, 'fill="none" stroke="#5b6570"'),
    ...(touchesPadding ? box(full, dashed) : []),
    ...box(inside, ''),
    '</g>',
    ...facts.flatMap(([term, words], line) => {
      const y = TOP_PX + line * LINE_PX + 12
      return [write(left, y, term, ' font-weight="600"'), write(left + TERM_PX, y, words)]
    }),
    swatch(3, ''),
    ...(touchesPadding ? [swatch(4, dashed)] : []),
    '</svg>',
  ].join('\n')
}
