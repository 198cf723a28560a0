import { colourIndex, colourMapOf, type ColourScale } from '../../../../../shared/colour-maps'
import { present } from '../../../../../shared/present'
import {
  countAt,
  largestValue,
  valueAt,
  type ConfusionMatrix,
  type MatrixValues,
} from '../../../lib/evaluation/confusion-matrix'
import { formatShare } from '../../../lib/words/format-value'

/** A matrix as it is shown. */
export interface ShownMatrix {
  readonly matrix: ConfusionMatrix
  /** Class index of each row and column, `[K]`. */
  readonly order: Int32Array
  readonly classNames: readonly string[]
  readonly values: MatrixValues
  /** Whether the right ones are greyed, and the colours are for the mistakes alone. */
  readonly isDiagonalDimmed: boolean
  readonly scale: ColourScale
}

/** RGB bytes. */
export type Rgb = readonly [number, number, number]

/** The colours: from 0, small values lightened, since those off the diagonal are small. */
export function scaleMatrix(
  matrix: ConfusionMatrix,
  values: MatrixValues,
  isDiagonalDimmed: boolean,
): ColourScale {
  const max = largestValue(matrix, values, !isDiagonalDimmed)
  return { kind: 'sequential', min: 0, max, look: { palette: 'viridis', gamma: 0.5 } }
}

/**
 * Every cell as a pixel, in the order that is shown.
 * @param dimmed - of a greyed cell, and of one that is a share of no picture
 */
export function paintCells(shown: ShownMatrix, dimmed: Rgb): ImageData {
  const { matrix, order } = shown
  const { classes } = matrix
  const image = new ImageData(classes, classes)
  for (let row = 0; row < classes; row++) {
    for (let column = 0; column < classes; column++) {
      const [label, predicted] = [present(order[row]), present(order[column])]
      image.data.set(
        [...colourOfCell(shown, label, predicted, dimmed), 255],
        4 * (row * classes + column),
      )
    }
  }
  return image
}

/** What a cell's number reads: a count, or a share in few letters; nothing for an empty cell. */
export function writeCell(
  matrix: ConfusionMatrix,
  values: MatrixValues,
  label: number,
  predicted: number,
): string {
  const cell = { label, predicted }
  const count = countAt(matrix, cell)
  if (count === 0) return ''
  return values === 'counts' ? String(count) : formatShare(valueAt(matrix, values, cell), 0)
}

/** Black or white, whichever is read better on a cell. */
export function inkOnCell(colour: Rgb): string {
  const [red, green, blue] = colour
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#000' : '#fff'
}

/** Colour of a cell, as {@link paintCells} paints it. */
export function colourOfCell(
  shown: ShownMatrix,
  label: number,
  predicted: number,
  dimmed: Rgb,
): Rgb {
  const { matrix, values, isDiagonalDimmed, scale } = shown
  const value = valueAt(matrix, values, { label, predicted })
  if (Number.isNaN(value) || (isDiagonalDimmed && label === predicted)) return dimmed
  const colours = colourMapOf(scale)
  const at = 3 * colourIndex(value, scale)
  return [present(colours[at]), present(colours[at + 1]), present(colours[at + 2])]
}

/** Cuts a text to a width, with a mark where something is missing. */
export function fitText(measure: (text: string) => number, text: string, widthPx: number): string {
  if (measure(text) <= widthPx) return text
  let [least, most] = [0, text.length]
  while (least < most) {
    const middle = (least + most + 1) >> 1
    if (measure(`${text.slice(0, middle)}…`) <= widthPx) least = middle
    else most = middle - 1
  }
  return `${text.slice(0, least)}…`
}
