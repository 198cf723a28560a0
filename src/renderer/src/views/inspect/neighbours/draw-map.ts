import type { RunStyle } from '../../../charts/run-marks'
import type { DrawnPoints } from './draw-points'
import { isLineMark } from './point-marks'
import { fitPoints, placeOf } from './scatter-view'
import { present } from '../../../../../shared/present'

const SIDE_PX = 720
const TITLE_PX = 28
const LEGEND_PX = 170
const ROW_PX = 18
const SVG = 'http://www.w3.org/2000/svg'

/**
 * The map as an SVG with title and legend. It is in the page until the next frame, where nobody sees
 * it: style sheets hold for it there. Marks are drawn once and used, so that ten thousand points stay
 * a file of half a megabyte.
 * @param names - of the marks
 */
export function drawMap(
  { points, marks, styles }: DrawnPoints,
  title: string,
  names: readonly string[],
): SVGSVGElement {
  const height = Math.max(SIDE_PX + TITLE_PX, TITLE_PX + names.length * ROW_PX)
  const width = SIDE_PX + LEGEND_PX
  const svg = element('svg', { width, height, viewBox: `0 0 ${width} ${height}` })
  svg.append(text(title, 4, 18, 'bold'))
  const definitions = element('defs', {})
  styles.forEach((style, index) => definitions.append(mark(style, { id: `mark-${index}` })))
  svg.append(definitions)
  const view = fitPoints(points, SIDE_PX, SIDE_PX)
  for (let index = 0; 2 * index < points.length; index++) {
    const { x, y } = placeOf(points, index, view)
    svg.append(
      element('use', {
        href: `#mark-${present(marks[index])}`,
        x: x.toFixed(1),
        y: (y + TITLE_PX).toFixed(1),
      }),
    )
  }
  names.forEach((name, index) => {
    const style = styles[index]
    const y = TITLE_PX + ROW_PX * (index + 0.5)
    if (style) svg.append(mark(style, { transform: `translate(${SIDE_PX + 10} ${y})` }))
    svg.append(text(name, SIDE_PX + 22, y + 4))
  })
  const paper = document.createElement('div')
  paper.style.cssText = 'position:absolute;left:-10000px;width:0;height:0;overflow:hidden'
  paper.ariaHidden = 'true'
  paper.append(svg)
  document.body.append(paper)
  requestAnimationFrame(() => paper.remove())
  return svg as SVGSVGElement
}

function mark(style: RunStyle, attributes: Record<string, string | number>): SVGElement {
  const path = element('path', { d: style.path, ...attributes })
  path.style.stroke = style.color
  path.style.strokeWidth = '1.25'
  path.style.fill = isLineMark(style) ? 'none' : style.color
  path.style.fillOpacity = '0.55'
  return path
}

function text(content: string, x: number, y: number, weight = 'normal'): SVGElement {
  const own = element('text', { x, y })
  own.style.fill = 'var(--text)'
  own.style.fontSize = '12px'
  own.style.fontWeight = weight
  own.textContent = content
  return own
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const own = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) own.setAttribute(key, String(value))
  return own
}
