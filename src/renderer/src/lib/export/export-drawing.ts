import { encodePng } from './rgb-picture'

/** Properties of an element of an SVG that its style sheet gives, and a file must carry itself. */
const DRAWN_PROPERTIES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
  'vector-effect',
] as const

/** Paper round the drawing: letters at its edge are not cut. */
const MARGIN_PX = 8

/** Widest picture that a canvas bears on every machine. */
const MAX_SIDE_PX = 8192

/**
 * An SVG of the page as a document of its own: what style sheets give is written on each element,
 * and the page's background is put behind it.
 */
export function serializeDrawing(svg: SVGSVGElement): string {
  const { width, height } = svg.getBoundingClientRect()
  const copy = svg.cloneNode(true) as SVGSVGElement
  const originals = [svg, ...svg.querySelectorAll<SVGElement>('*')]
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')]
  originals.forEach((original, index) => {
    const own = copies[index]
    if (own === undefined) return
    const style = getComputedStyle(original)
    if (style.display === 'none' || style.visibility === 'hidden') {
      own.setAttribute('display', 'none')
      return
    }
    for (const property of DRAWN_PROPERTIES) {
      const value = style.getPropertyValue(property)
      if (value !== '') own.style.setProperty(property, value)
    }
    own.removeAttribute('class')
    // A file takes no keys: it is a picture, not the control that it was.
    for (const name of ['tabindex', 'role', 'aria-selected']) own.removeAttribute(name)
  })
  copy.setAttribute('role', 'img')
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(Math.ceil(width) + 2 * MARGIN_PX))
  copy.setAttribute('height', String(Math.ceil(height) + 2 * MARGIN_PX))
  const box = svg.viewBox.baseVal as SVGRect | null
  const own = box !== null && box.width > 0 ? box : { x: 0, y: 0, width, height }
  const margin = (MARGIN_PX * own.width) / width
  const area = {
    x: own.x - margin,
    y: own.y - margin,
    width: own.width + 2 * margin,
    height: own.height + 2 * margin,
  }
  copy.setAttribute('viewBox', Object.values(area).join(' '))
  const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  for (const [side, value] of Object.entries(area)) paper.setAttribute(side, String(value))
  paper.setAttribute('fill', findBackground(svg))
  copy.insertBefore(paper, copy.firstChild)
  return new XMLSerializer().serializeToString(copy)
}

/** The colour that is seen behind an element. */
function findBackground(element: Element): string {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at)
    if (backgroundColor !== '' && backgroundColor !== 'rgba(0, 0, 0, 0)') return backgroundColor
  }
  return '#fff'
}

/**
 * An SVG document as a PNG.
 * @param scale - pixels of the picture for one of the drawing
 * @throws Error when the document can't be drawn
 */
export async function rasterizeDrawing(document_: string, scale = 2): Promise<Uint8Array> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(document_)}`
  await image.decode()
  const fitting = Math.min(scale, MAX_SIDE_PX / Math.max(image.width, image.height))
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(image.width * fitting)),
    Math.max(1, Math.round(image.height * fitting)),
  )
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('Expected a 2D canvas, got none; free some memory.')
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return encodePng(canvas)
}
