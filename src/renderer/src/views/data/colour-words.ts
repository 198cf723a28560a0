import type { DatasetColours } from '../../../../shared/contract'
import { COLOUR_DEVIATION, findColourShift } from '../../../../shared/spec'
import { itemAt, present } from '../../../../shared/present'
import { numberColumn, type ExportTable } from '../../lib/export/export-table'
import { formatCount, formatPlural } from '../../lib/words/format-value'

type Colour = readonly [red: number, green: number, blue: number]

const MID_GREY: Colour = [128, 128, 128]
/** Swatches of a component, from one end to the other. */
const SWATCHES = 7
/** How far the swatches reach, in standard deviations. */
export const REACH = 3

/** What the numbers were computed over. */
export function describeMeasurement({ pictures, pixels, smallestSide }: DatasetColours): string {
  return `Over ${formatPlural(pictures, 'training picture')} (${formatCount(pixels)} pixels), whole, at S = ${smallestSide} px.`
}

/** Standard deviation of the data along each component, of RGB in 0..255. */
export function findDeviations({ components }: DatasetColours): [number, number, number] {
  const [a, b, c] = components.variances
  return [255 * Math.sqrt(a), 255 * Math.sqrt(b), 255 * Math.sqrt(c)]
}

/** What the colour shift adds at most to RGB in 0..255 in three standard deviations of a factor. */
export function findReach({ components }: DatasetColours, component: number): Colour {
  return findColourShift(components, factorsOf(component, REACH * COLOUR_DEVIATION))
}

/** A mid grey, shifted by a component's factor from -3 to +3 standard deviations. */
export function paintShifts({ components }: DatasetColours, component: number): string[] {
  return steps().map((at) => {
    const factors = factorsOf(component, at * REACH * COLOUR_DEVIATION)
    return toCss(add(MID_GREY, findColourShift(components, factors)))
  })
}

/** The mean, and the pixels' colours from -3 to +3 of their own deviations along a component. */
export function paintAxis(colours: DatasetColours, component: number): string[] {
  const vector = itemAt(colours.components.vectors, component, 'components')
  const deviation = itemAt(findDeviations(colours), component, 'deviations')
  return steps().map((at) => {
    const length = at * REACH * deviation
    return toCss(add(colours.mean, [length * vector[0], length * vector[1], length * vector[2]]))
  })
}

/** CSS of a colour in 0..255; what lies beyond is cut. */
export function toCss(colour: Colour): string {
  return `rgb(${colour.map((value) => Math.round(Math.min(255, Math.max(0, value)))).join(' ')})`
}

/** The numbers for a file. */
export function tabulateColours(colours: DatasetColours): ExportTable {
  const deviations = findDeviations(colours)
  const none = [null, null] as const
  return {
    title: `Mean RGB and principal components. ${describeMeasurement(colours)}`,
    columns: [
      { name: 'of' },
      ...['R', 'G', 'B', 'eigenvalue (RGB 0..1)', 'deviation (RGB 0..255)'].map(numberColumn),
    ],
    rows: [
      ['mean (0..255)', ...colours.mean, ...none],
      ...colours.components.vectors.map((vector, index) => [
        `component ${index + 1}`,
        ...vector,
        present(colours.components.variances[index]),
        present(deviations[index]),
      ]),
    ],
  }
}

/** From -1 to 1. */
function steps(): number[] {
  return Array.from({ length: SWATCHES }, (_, at) => (2 * at) / (SWATCHES - 1) - 1)
}

function factorsOf(component: number, factor: number): [number, number, number] {
  const of = (own: number): number => (own === component ? factor : 0)
  return [of(0), of(1), of(2)]
}

function add(a: Colour, b: Colour): Colour {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}
