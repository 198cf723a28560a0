import { present, itemAt } from '../../../../../shared/present'
import { formatCount, formatShare } from '../format-numbers'
import { html, type Html } from '../html'
import { round } from './plot'

/** A confusion matrix as it is drawn. */
export interface DrawnMatrix {
  /** `[K, K]`, a row a true class. */
  readonly counts: Uint32Array
  readonly classNames: readonly string[]
  /** Classes from the first row to the last, `[K]`. */
  readonly order: Int32Array
}

/** Most classes whose cells carry their numbers. */
const MOST_NUMBERED = 20
/** Steps of a cell's colour. */
const LEVELS = 10
/** Side of the drawing, and most of it that names take, in its units. */
const SIDE = 940
const MOST_LABEL = 190
/** Width of a letter as a share of its height, about. */
const LETTER = 0.56

/**
 * The matrix, each cell coloured by its share of its row: what is right in one hue, what is wrong in
 * another. Few classes have their counts in the cells; many are drawn as one path for each colour, which is
 * sharp at any size and small also with 200 classes.
 */
export function drawMatrix({ counts, classNames, order }: DrawnMatrix): Html {
  const classes = order.length
  const rawCell = Math.min(64, (SIDE - MOST_LABEL) / classes)
  const font = Math.min(12, Math.max(2.5, rawCell * 0.82))
  const names = Array.from(order, (index) => shorten(itemAt(classNames, index), font))
  const longest = Math.max(...names.map((name) => name.length))
  const label = Math.min(MOST_LABEL, longest * font * LETTER + 10)
  const cell = Math.min(64, (SIDE - label) / classes)
  const plane = cell * classes
  const top = label + 20
  const left = label + 20
  const center = (index: number): number => round((index + 0.5) * cell)
  return html`<svg
    class="matrix"
    viewBox="0 0 ${round(left + plane + 4)} ${round(top + plane + 4)}"
    style="max-width:${round(left + plane + 4)}px"
    role="img"
    aria-label="Confusion matrix, a row a true class, a column a predicted class"
  >
    <text class="label" x="${round(left + plane / 2)}" y="12" text-anchor="middle">
      Predicted class
    </text>
    <text
      class="label"
      transform="rotate(-90)"
      x="${round(-top - plane / 2)}"
      y="12"
      text-anchor="middle"
    >
      True class
    </text>
    <g transform="translate(${round(left)} ${round(top)})">
      <rect class="plane" width="${round(plane)}" height="${round(plane)}" />
      ${classes <= MOST_NUMBERED ? drawNumberedCells(counts, order, cell, classNames) : drawPlainCells(counts, order, cell)}
      <g class="names" font-size="${round(font)}">
        ${names.map(
          (name, index) =>
            html`<text x="-5" y="${center(index)}" dy="0.35em" text-anchor="end">${name}</text
              ><text transform="translate(${center(index)} -5) rotate(-90)" dy="0.35em"
                >${name}</text
              >`,
        )}
      </g>
    </g>
  </svg>`
}

/** A name that fits into the room for names. */
function shorten(name: string, font: number): string {
  const most = Math.floor((MOST_LABEL - 10) / (font * LETTER))
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`
}

function drawNumberedCells(
  counts: Uint32Array,
  order: Int32Array,
  cell: number,
  classNames: readonly string[],
): Html[] {
  const font = Math.min(14, cell * 0.36)
  return listCells(counts, order).map(({ row, column, count, share, isRight }) => {
    const [x, y] = [round(column * cell), round(row * cell)]
    const words = `${itemAt(classNames, itemAt(order, row))} taken for ${itemAt(classNames, itemAt(order, column))}: ${formatCount(count)}, ${formatShare(share)}`
    return html`<g
      ><title>${words}</title
      ><rect
        class="${classOf(isRight, share)}"
        x="${x}"
        y="${y}"
        width="${round(cell - 1)}"
        height="${round(cell - 1)}"
      /><text
        class="${share > 0.55 ? 'on' : 'off'}"
        x="${round(x + cell / 2)}"
        y="${round(y + cell / 2)}"
        dy="0.35em"
        text-anchor="middle"
        font-size="${round(font)}"
        >${formatCount(count)}</text
      ></g
    >`
  })
}

function drawPlainCells(counts: Uint32Array, order: Int32Array, cell: number): Html[] {
  const paths = new Map<string, string>()
  for (const { row, column, share, isRight } of listCells(counts, order)) {
    const name = classOf(isRight, share)
    paths.set(name, `${paths.get(name) ?? ''}M${column} ${row}h1v1h-1z`)
  }
  return [
    html`<g transform="scale(${cell})"
      >${[...paths].map(([name, path]) => html`<path class="${name}" d="${path}" />`)}</g
    >`,
  ]
}

interface Cell {
  readonly row: number
  readonly column: number
  readonly count: number
  /** Of the pictures of the row's class, 0..1. */
  readonly share: number
  readonly isRight: boolean
}

/** The cells with pictures. */
function listCells(counts: Uint32Array, order: Int32Array): Cell[] {
  const classes = order.length
  const cells: Cell[] = []
  order.forEach((label, row) => {
    const start = label * classes
    const support = counts.subarray(start, start + classes).reduce((sum, count) => sum + count, 0)
    order.forEach((predicted, column) => {
      const count = present(counts[start + predicted])
      if (count === 0) return
      cells.push({ row, column, count, share: count / support, isRight: label === predicted })
    })
  })
  return cells
}

/** Small shares are told apart better than large ones. */
function classOf(isRight: boolean, share: number): string {
  const level = Math.max(1, Math.ceil(Math.sqrt(share) * LEVELS))
  return `${isRight ? 'hit' : 'miss'} o${level}`
}
