import type { Field, PyramidLevel } from '../../../../../shared/vgg'

/** Room that a drawing has. */
export interface PyramidRoom {
  /** Width of the panel; the drawing is wider where the sheets need it. */
  readonly widthPx: number
  /** How far fields may reach past their plane, as a share of its side: see `reachShareOf`. */
  readonly reachShare: number
}

/** One plane, drawn as a sheet that is seen from the side. */
export interface Sheet {
  readonly name: string
  readonly block: number | null
  /** Middle of the sheet, where its words stand. */
  readonly middlePx: number
  /** The plane's edge, as the `d` of a path. */
  readonly outline: string
  /** The part of the field inside the plane. */
  readonly inside: string
  /** The whole field, where a part of it lies on padding; else empty. */
  readonly padded: string
  /** Units of the plane and of the field, a side. */
  readonly side: number
  readonly fieldSide: number
  /** The plane as an affine map from shares 0..1, for a picture on it. */
  readonly transform: string
}

/** A block's sheets, for its bracket. */
export interface SheetGroup {
  readonly label: string
  readonly fromPx: number
  readonly toPx: number
}

/** A pyramid as it is drawn, input at the left. */
export interface PyramidDrawing {
  readonly widthPx: number
  readonly heightPx: number
  readonly sheets: readonly Sheet[]
  readonly groups: readonly SheetGroup[]
  /** Lines that join the fields' corners from sheet to sheet, as the `d` of a path. */
  readonly links: string
  /** Baseline of the first line of words. */
  readonly wordsTopPx: number
}

const MOST_REACH_SHARE = 0.6
const SHEETS_HEIGHT_PX = 210
const WIDTH_OF_HEIGHT = 0.36
const RISE_OF_HEIGHT = 0.16
const GROUP_HEIGHT_PX = 22
const WORDS_HEIGHT_PX = 52
const NARROWEST_PX = 66
const WIDEST_PX = 150

/**
 * How far past its plane any unit's field reaches, as a share of the plane's side; from the corner
 * units' pyramids, so that the drawing keeps its scale while the unit moves.
 */
export function reachShareOf(corners: readonly (readonly PyramidLevel[])[]): number {
  const shares = corners.flatMap((levels) =>
    levels.map(({ height, field: { full } }) =>
      Math.max(-full.top / height, (full.bottom + 1 - height) / height, 0),
    ),
  )
  return Math.min(MOST_REACH_SHARE, Math.max(0, ...shares))
}

/**
 * Lays a pyramid out: all planes at one extent, so that a unit lies over what it sees and the field
 * widens on its way down to the input.
 */
export function layOutPyramid(levels: readonly PyramidLevel[], room: PyramidRoom): PyramidDrawing {
  const { reachShare } = room
  const sheetHeight = SHEETS_HEIGHT_PX / (1 + 2 * reachShare + RISE_OF_HEIGHT)
  const sheetWidth = sheetHeight * WIDTH_OF_HEIGHT
  const rise = sheetHeight * RISE_OF_HEIGHT
  const spacing = Math.min(WIDEST_PX, Math.max(NARROWEST_PX, room.widthPx / levels.length))
  const top = GROUP_HEIGHT_PX + sheetHeight * reachShare + rise
  const middleOf = (index: number): number => (index + 0.5) * spacing
  const round = (value: number): string => value.toFixed(1)
  const point = (index: number, u: number, v: number): string =>
    `${round(middleOf(index) + (u - 0.5) * sheetWidth)} ${round(top + v * sheetHeight - u * rise)}`
  const hold = (share: number): number => Math.min(1 + reachShare, Math.max(-reachShare, share))
  const cornersOf = (index: number, field: Field, side: number): string[] => {
    const left = hold(field.left / side)
    const right = hold((field.right + 1) / side)
    const up = hold(field.top / side)
    const down = hold((field.bottom + 1) / side)
    return [
      point(index, left, up),
      point(index, right, up),
      point(index, right, down),
      point(index, left, down),
    ]
  }
  const close = (corners: readonly string[]): string => `M${corners.join('L')}Z`

  const corners = levels.map(({ field, width }, index) => cornersOf(index, field.full, width))
  const sheets = levels.map(({ name, block, width, field }, index): Sheet => {
    const x = middleOf(index) - sheetWidth / 2
    return {
      name,
      block,
      middlePx: middleOf(index),
      outline: close([
        point(index, 0, 0),
        point(index, 1, 0),
        point(index, 1, 1),
        point(index, 0, 1),
      ]),
      inside: close(cornersOf(index, field.clipped, width)),
      padded: field.touchesPadding ? close(corners[index] ?? []) : '',
      side: width,
      fieldSide: field.full.right - field.full.left + 1,
      transform: `matrix(${round(sheetWidth)} ${round(-rise)} 0 ${round(sheetHeight)} ${round(x)} ${round(top)})`,
    }
  })
  const links = corners
    .slice(1)
    .flatMap((own, index) =>
      own.map((corner, which) => `M${corners[index]?.[which] ?? corner}L${corner}`),
    )
    .join('')
  const sheetsBottom = top + sheetHeight * (1 + reachShare)
  return {
    widthPx: levels.length * spacing,
    heightPx: sheetsBottom + WORDS_HEIGHT_PX,
    sheets,
    groups: groupSheets(sheets, spacing),
    links,
    wordsTopPx: sheetsBottom + 16,
  }
}

function groupSheets(sheets: readonly Sheet[], spacing: number): SheetGroup[] {
  const groups: { label: string; fromPx: number; toPx: number; block: number | null }[] = []
  for (const { block, middlePx, name } of sheets) {
    const isClassifier = block === null && name !== 'input'
    if (block === null && !isClassifier) continue
    const last = groups.at(-1)
    if (last?.block === block) last.toPx = middlePx + spacing / 2
    else {
      groups.push({
        label: block === null ? 'classifier' : `block ${block}`,
        fromPx: middlePx - spacing / 2,
        toPx: middlePx + spacing / 2,
        block,
      })
    }
  }
  return groups
}
