import { scaleLinear, scaleLog } from 'd3-scale'
import { escapeXml } from '../lib/export/export-table'
import { formatLearningRate } from '../lib/words/format-training'
import { X_TITLES, labelX, labelY } from './axis-labels'
import { MARGIN } from './chart-axes'
import { listTicksX, listTicksY } from './chart-ticks'
import type { CurveMetric, XAxis } from './curve-data'
import type { RangedFrame } from './curve-range'
import { drawLine, type Point } from './draw-line'
import type { FigureColors } from './figure-colors'

/** Curves that leave the lab as a drawing. */
export interface CurveDrawing {
  /** "Loss". */
  readonly label: string
  readonly runName: string
  readonly metric: CurveMetric
  readonly axis: XAxis
  readonly isLog: boolean
  readonly frame: RangedFrame
  readonly colors: FigureColors
  readonly width: number
  readonly height: number
}

/** Room of the title and the legend above the plot. */
const HEAD = 64
const LEFT = 12
/** Room for the label of a drop of the rate. */
const DROP_LABEL = 60
const LINES = [
  { name: 'train', color: 'train', width: 1, more: ' opacity="0.35"' },
  { name: 'smoothed', color: 'train', width: 1.75, more: '' },
  { name: 'validation', color: 'validation', width: 1.5, more: ' stroke-dasharray="6 4"' },
] as const

/** Curves as they are shown, with the run's name: the text of an SVG document. */
export function drawCurves(drawing: CurveDrawing): string {
  const { label, runName, metric, axis, isLog, frame, colors, width, height } = drawing
  const [left, right] = [MARGIN.left, width - (axis === 'seconds' ? 28 : MARGIN.right)]
  const [top, bottom] = [HEAD, height - MARGIN.named]
  const { span, range } = frame
  const x = scaleLinear([span.min, span.max], [left, right])
  const y = isLog ? scaleLog(range, [bottom, top]) : scaleLinear(range, [bottom, top])
  const title = `${label} by ${X_TITLES[axis]}: ${runName}`
  const text = (words: string, at: Point, more = `fill="${colors.muted}"`): string =>
    `<text x="${at.x.toFixed(1)}" y="${at.y.toFixed(1)}" stroke="none" ${more}>${escapeXml(words)}</text>`
  const muted = (anchor: 'middle' | 'end'): string =>
    `fill="${colors.muted}" text-anchor="${anchor}"`

  function drawLegend(): string[] {
    let at = LEFT
    const entries = LINES.flatMap(({ name, color, width: stroke, more }) => {
      const begin = at
      at += 44 + name.length * 6.5
      return [
        `<path d="M${begin} 36h22" stroke="${colors[color]}" stroke-width="${stroke}"${more}/>`,
        text(name, { x: begin + 28, y: 40 }),
      ]
    })
    if (frame.limit === null) return entries
    const words = `▲ points above ${labelY(metric, frame.limit)} lie outside`
    return [...entries, text(words, { x: at, y: 40 })]
  }

  function drawAxes(): string[] {
    const rows = listTicksY(y, (bottom - top) / 28).flatMap((value) => [
      `<path d="M${left} ${y(value).toFixed(1)}H${right}" stroke="${colors.grid}"/>`,
      text(labelY(metric, value), { x: left - 8, y: y(value) + 4 }, muted('end')),
    ])
    const most = (right - left) / (axis === 'seconds' ? 84 : 64)
    const columns = listTicksX(axis, x, most).flatMap((value) => [
      `<path d="M${x(value).toFixed(1)} ${top}V${bottom + 4}" stroke="${colors.grid}"/>`,
      text(labelX(axis, value), { x: x(value), y: bottom + 17 }, muted('middle')),
    ])
    const name = text(X_TITLES[axis], { x: (left + right) / 2, y: height - 6 }, muted('middle'))
    return [...rows, ...columns, name]
  }

  function drawDrops(): string[] {
    const shown = frame.drops.filter((drop) => drop.x >= span.min && drop.x <= span.max)
    let free = -Infinity
    return shown.flatMap(({ x: place, learningRate }) => {
      const at = { x: x(place), y: top - 3 }
      const words = `lr ${formatLearningRate(learningRate)}`
      const begin = at.x > right - DROP_LABEL ? at.x - DROP_LABEL : at.x
      const isFree = begin >= free
      if (isFree) free = begin + DROP_LABEL
      return [
        `<path d="M${at.x.toFixed(1)} ${top}V${bottom}" stroke="${colors.mark}" stroke-dasharray="2 3"/>`,
        ...(isFree ? [text(words, at, begin < at.x ? muted('end') : undefined)] : []),
      ]
    })
  }

  function drawLines(): string[] {
    const [xs, ...rows] = frame.rows
    return LINES.flatMap(({ name, color, width: stroke, more }, index) => {
      const points = (rows[index] ?? []).flatMap((value, place): Point[] => {
        const own = xs[place]
        const isDrawn = value !== null && own !== undefined && (!isLog || value > 0)
        return isDrawn ? [{ x: x(own), y: y(value) }] : []
      })
      const marks = points.map(
        (point) =>
          `<circle cx="${point.x.toFixed(1)}" cy="${point.y.toFixed(1)}" r="3.5" fill="${colors.background}" stroke="${colors[color]}" stroke-width="1.5"/>`,
      )
      return [
        `<path d="${drawLine(points)}" stroke="${colors[color]}" stroke-width="${stroke}"${more}/>`,
        ...(name === 'validation' ? marks : []),
      ]
    })
  }

  const above = frame.above.map(
    (value) => `<path d="M${x(value).toFixed(1)} ${top}l4 7h-8z" fill="${colors.train}"/>`,
  )
  const family = colors.font.replace(/^\S+\s/, '').replaceAll('"', "'")
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${family}" font-size="11" fill="none">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${colors.background}"/>`,
    text(title, { x: LEFT, y: 18 }, `fill="${colors.text}" font-weight="600" font-size="13"`),
    ...drawLegend(),
    ...drawAxes(),
    ...drawDrops(),
    `<clipPath id="plot"><rect x="${left - 1}" y="${top - 4}" width="${right - left + 2}" height="${bottom - top + 8}"/></clipPath>`,
    `<g clip-path="url(#plot)">`,
    ...drawLines(),
    ...above,
    '</g>',
    '</svg>',
  ].join('\n')
}
