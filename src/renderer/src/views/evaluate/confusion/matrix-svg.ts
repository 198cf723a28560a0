import { colourMapOf, limitsOf } from '../../../../../shared/colour-maps'
import { present } from '../../../../../shared/present'
import { escapeXml } from '../../../lib/export/export-table'
import { formatShort } from '../../../lib/words/format-value'
import {
  colourOfCell,
  fitText,
  inkOnCell,
  writeCell,
  type Rgb,
  type ShownMatrix,
} from './matrix-cells'

const MARGIN_PX = 12
const HEAD_PX = 48
/** Mean width of a letter of 10 px, on the safe side. */
const LETTER_PX = 5.6
const MAX_NAME_PX = 180
const BAR = { width: 120, height: 10, steps: 24 }
const DIMMED: Rgb = [214, 217, 220]

/**
 * The whole matrix as an SVG document, black on white, with all names and its colours.
 * @param title - what it is of, and what a cell tells
 */
export function drawMatrixSvg(shown: ShownMatrix, title: string): string {
  const { matrix, order, classNames, scale, values } = shown
  const { classes } = matrix
  // Small, where there are many: a file is zoomed.
  const cell = classes <= 12 ? 40 : classes <= 40 ? 28 : 11
  const longest = Math.max(...classNames.map((name) => name.length))
  const names = Math.min(MAX_NAME_PX, Math.ceil(longest * LETTER_PX) + 8)
  const left = MARGIN_PX + names
  const top = MARGIN_PX + HEAD_PX + names
  const side = classes * cell
  const width = Math.max(left + side, MARGIN_PX + title.length * 6.4) + MARGIN_PX
  const height = top + side + MARGIN_PX
  const fit = (name: string): string =>
    escapeXml(fitText((text) => text.length * LETTER_PX, name, names - 6))
  const zero = colourMapOf(scale)
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="10">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${MARGIN_PX}" y="${MARGIN_PX + 10}" font-size="12" font-weight="600">${escapeXml(title)}</text>`,
    ...drawLegend(shown),
    `<rect x="${left}" y="${top}" width="${side}" height="${side}" fill="rgb(${[...zero.subarray(0, 3)].join(' ')})"/>`,
  ]
  for (let place = 0; place < classes; place++) {
    const middle = (place + 0.5) * cell
    const name = fit(present(classNames[present(order[place])]))
    parts.push(
      `<text x="${left - 4}" y="${top + middle + 3.5}" text-anchor="end">${name}</text>`,
      `<text transform="translate(${left + middle + 3.5} ${top - 4}) rotate(-90)">${name}</text>`,
    )
  }
  for (let row = 0; row < classes; row++) {
    const label = present(order[row])
    for (let column = 0; column < classes; column++) {
      const predicted = present(order[column])
      const text = writeCell(matrix, values, label, predicted)
      const isEmpty = present(matrix.rowSums[label]) === 0 && values === 'rows'
      const isGrey = isEmpty || (shown.isDiagonalDimmed && label === predicted)
      if (text === '' && !isGrey) continue
      const colour = colourOfCell(shown, label, predicted, DIMMED)
      const [x, y] = [left + column * cell, top + row * cell]
      parts.push(
        `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="rgb(${colour.join(' ')})"/>`,
      )
      if (text !== '' && cell >= 28)
        parts.push(
          `<text x="${x + cell / 2}" y="${y + cell / 2 + 3.5}" text-anchor="middle" fill="${inkOnCell(colour)}">${text}</text>`,
        )
    }
  }
  parts.push('</svg>')
  return parts.join('\n')
}

function drawLegend({ scale }: ShownMatrix): string[] {
  const { low, high } = limitsOf(scale)
  const colours = colourMapOf(scale)
  const [left, top] = [MARGIN_PX + 12, MARGIN_PX + 20]
  const step = BAR.width / BAR.steps
  const bars = Array.from({ length: BAR.steps }, (_, index) => {
    const at = 3 * Math.round((index / (BAR.steps - 1)) * 255)
    const colour = [...colours.subarray(at, at + 3)].join(' ')
    return `<rect x="${left + index * step}" y="${top}" width="${step + 0.2}" height="${BAR.height}" fill="rgb(${colour})"/>`
  })
  return [
    `<text x="${MARGIN_PX}" y="${top + 9}">${formatShort(low)}</text>`,
    ...bars,
    `<text x="${left + BAR.width + 6}" y="${top + 9}">${formatShort(high)}</text>`,
  ]
}
