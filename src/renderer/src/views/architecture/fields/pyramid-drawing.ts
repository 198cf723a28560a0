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
  /** Units of the plane and of the field, a side. */
  readonly side: number
  readonly fieldSide: number
  /** The plane as an affine map from shares 0..1, for a picture on it. */
  readonly transform: string
}

/** A block's sheets, for its band. */
export interface SheetGroup {
  readonly label: string
  readonly fromPx: number
  readonly toPx: number
}

/** The planes under a layer as they are drawn, input at the left; the same for all its units. */
export interface PyramidFrame {
  readonly widthPx: number
  readonly heightPx: number
  readonly sheets: readonly Sheet[]
  readonly groups: readonly SheetGroup[]
  /** Baseline of the first line of words. */
  readonly wordsTopPx: number
  /** Where a place of a plane is drawn, by the plane's index and shares of its sides. */
  readonly place: (index: number, u: number, v: number) => string
  readonly reachShare: number
}

/** One unit's fields in a frame: each the `d` of one path for all planes, cheap to change. */
export interface PyramidFields {
  /** The parts inside their planes. */
  readonly inside: string
  /** The outlines of fields that reach into the padding. */
  readonly padded: string
  /** The parts on padding, by the nonzero rule. */
  readonly padding: string
  /** Lines that join the fields' corners from plane to plane. */
  readonly links: string
}

const MOST_REACH_SHARE = 0.6
const SHEETS_HEIGHT_PX = 210
const WIDTH_OF_HEIGHT = 0.36
const RISE_OF_HEIGHT = 0.16
const GROUP_HEIGHT_PX = 22
const WORDS_HEIGHT_PX = 52
const NARROWEST_PX = 58
const WIDEST_PX = 150
const GAP_PX = 6

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
 * Lays the planes out, all at one extent, so that a unit stands before what it sees and the field
 * widens on its way down to the input.
 *
 * @param levels - the pyramid of any of the layer's units
 */
export function layOutPyramid(levels: readonly PyramidLevel[], room: PyramidRoom): PyramidFrame {
  const { reachShare } = room
  const spacing = Math.min(WIDEST_PX, Math.max(NARROWEST_PX, room.widthPx / levels.length))
  const sheetHeight = SHEETS_HEIGHT_PX / (1 + 2 * reachShare + RISE_OF_HEIGHT)
  const sheetWidth = Math.min(spacing - GAP_PX, sheetHeight * WIDTH_OF_HEIGHT)
  const rise = sheetHeight * RISE_OF_HEIGHT
  const top = GROUP_HEIGHT_PX + sheetHeight * reachShare + rise
  // The outer sheets' fields reach past them: room for that at both ends.
  const endPx = Math.max(0, sheetWidth * (0.5 + reachShare) - spacing / 2)
  const middleOf = (index: number): number => endPx + (index + 0.5) * spacing
  const place = (index: number, u: number, v: number): string =>
    `${round(middleOf(index) + (u - 0.5) * sheetWidth)} ${round(top + v * sheetHeight - u * rise)}`

  const sheets = levels.map(({ name, block, width, field: { full } }, index): Sheet => {
    const left = middleOf(index) - sheetWidth / 2
    return {
      name,
      block,
      middlePx: middleOf(index),
      outline: closePath(cornersOf(place, index, { left: 0, top: 0, right: 1, bottom: 1 })),
      side: width,
      fieldSide: full.right - full.left + 1,
      transform: `matrix(${round(sheetWidth)} ${round(-rise)} 0 ${round(sheetHeight)} ${round(left)} ${round(top)})`,
    }
  })
  const sheetsBottom = top + sheetHeight * (1 + reachShare)
  return {
    widthPx: levels.length * spacing + 2 * endPx,
    heightPx: sheetsBottom + WORDS_HEIGHT_PX,
    sheets,
    groups: groupSheets(sheets, spacing),
    wordsTopPx: sheetsBottom + 16,
    place,
    reachShare,
  }
}

/** Draws one unit's fields in the frame of its layer. */
export function drawPyramid(levels: readonly PyramidLevel[], frame: PyramidFrame): PyramidFields {
  const { place, reachShare } = frame
  let [inside, padded, padding, links] = ['', '', '', '']
  let below: string[] | null = null
  levels.forEach(({ field, height, width }, index) => {
    const shareOf = ({ left, top, right, bottom }: Field): Field => ({
      left: Math.max(-reachShare, left / width),
      top: Math.max(-reachShare, top / height),
      right: Math.min(1 + reachShare, (right + 1) / width),
      bottom: Math.min(1 + reachShare, (bottom + 1) / height),
    })
    const corners = cornersOf(place, index, shareOf(field.full))
    if (field.touchesPadding) {
      const own = cornersOf(place, index, shareOf(field.clipped))
      inside += closePath(own)
      padded += closePath(corners)
      // Turned the other way round, what lies inside is cut out.
      padding += closePath(corners) + closePath(own.reverse())
    } else inside += closePath(corners)
    below?.forEach((corner, which) => (links += `M${corner}L${corners[which] ?? corner}`))
    below = corners
  })
  return { inside, padded, padding, links }
}

const round = (value: number): string => String(Math.round(value * 10) / 10)

const closePath = (corners: readonly string[]): string => `M${corners.join('L')}Z`

/** The corners of a rectangle in shares of a plane, clockwise. */
function cornersOf(
  place: PyramidFrame['place'],
  index: number,
  { left, top, right, bottom }: Field,
): string[] {
  return [
    place(index, left, top),
    place(index, right, top),
    place(index, right, bottom),
    place(index, left, bottom),
  ]
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
