import { present } from '../../../../shared/present'
import { BLUE_WHITE_RED, colourIndex, colourPart } from '../../../../shared/colour-maps'
import {
  rankChannels,
  readPatch,
  readWeights,
  type ConvolutionCase,
  type ConvolvedUnit,
  type PatchCell,
} from '../../../../shared/convolution'
import { numberColumn, type ExportTable } from '../../lib/export/export-table'

/** Input channels that are shown in full; the rest are summed up. */
const SHOWN_CHANNELS = 8

/** One input channel's part of the sum. */
export interface ChannelTerm {
  readonly channel: number
  readonly name: string
  readonly patch: readonly PatchCell[]
  readonly weights: readonly number[]
  readonly products: readonly number[]
  readonly sum: number
}

/** What the colours of the cells span, to both sides of zero. */
export interface CellLimits {
  readonly patch: number
  readonly weights: number
  readonly products: number
}

/** The sum at one place: the terms that are shown, and the rest. */
export interface ShownSum {
  readonly terms: readonly ChannelTerm[]
  /** Channels of the pages before, and their sum. */
  readonly earlier: number
  readonly earlierSum: number
  /** Channels that are not shown otherwise, and their sum. */
  readonly others: number
  readonly othersSum: number
}

/** What becomes of the sum of all channels. */
export interface SumResult {
  readonly bias: number
  readonly preRelu: number
  readonly output: number
}

/**
 * The terms to show at a place: few channels in their own order, of many the ones that weigh most
 * there.
 */
export function gatherTerms(
  work: ConvolutionCase,
  unit: ConvolvedUnit,
  place: { readonly row: number; readonly column: number },
  nameOf: (channel: number) => string,
): ShownSum {
  const channels = work.inputShape[2]
  const shown =
    channels <= 3 ? Array.from(unit.sums.keys()) : rankChannels(unit.sums).slice(0, SHOWN_CHANNELS)
  const terms = shown.map((channel): ChannelTerm => {
    const patch = readPatch(work, place.row, place.column, channel)
    const weights = readWeights(work, channel)
    const products = patch.map(({ value }, tap) => value * present(weights[tap]))
    return {
      channel,
      name: nameOf(channel),
      patch,
      weights,
      products,
      sum: present(unit.sums[channel]),
    }
  })
  const isShown = new Set(shown)
  const othersSum = unit.sums.reduce(
    (sum, own, channel) => (isShown.has(channel) ? sum : sum + own),
    0,
  )
  return { terms, earlier: 0, earlierSum: 0, others: channels - terms.length, othersSum }
}

/** A number in at most six letters, for a cell: 127, 12.3, −0.12, 3e-5. */
export function formatCell(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  const text =
    size >= 99_950 || size < 0.0005
      ? size.toExponential(0).replace('e+', 'e')
      : size >= 99.95
        ? size.toFixed(0)
        : size >= 9.995
          ? trim(size.toFixed(1))
          : size >= 0.095
            ? trim(size.toFixed(2))
            : trim(size.toFixed(3))
  return value < 0 ? `−${text}` : text
}

function trim(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** Colours of a cell: red positive, blue negative, white zero; letters that can be read on it. */
export function colourCell(value: number, limit: number): { fill: string; ink: string } {
  const at = 3 * colourIndex(value, { kind: 'diverging', limit })
  const red = colourPart(BLUE_WHITE_RED, at)
  const green = colourPart(BLUE_WHITE_RED, at + 1)
  const blue = colourPart(BLUE_WHITE_RED, at + 2)
  const light = 0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue)
  return { fill: `rgb(${red} ${green} ${blue})`, ink: light > 0.179 ? '#000' : '#fff' }
}

/** An sRGB byte as linear light, 0..1 (WCAG). */
function toLinear(byte: number): number {
  const share = byte / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

/** The largest size among numbers; 0 of none. */
export function findLimit(values: Iterable<number>): number {
  let limit = 0
  for (const value of values) limit = Math.max(limit, Math.abs(value))
  return limit
}

/** The sum after each term; `total` is that of the terms before them. */
export function addUp(terms: readonly ChannelTerm[], total = 0): number[] {
  return terms.map(({ sum }) => (total += sum))
}

/**
 * The sum, cell by cell, as it leaves the lab.
 * @param side - of the kernel
 */
export function tabulateSum(
  title: string,
  side: number,
  { terms, earlier, earlierSum, others, othersSum }: ShownSum,
  { bias, preRelu, output }: SumResult,
): ExportTable {
  return {
    title,
    columns: [
      { name: 'input channel' },
      numberColumn('kernel row'),
      numberColumn('kernel column'),
      numberColumn('input'),
      numberColumn('weight'),
      numberColumn('product'),
    ],
    rows: [
      ...(earlier > 0 ? [[`${earlier} channels before`, null, null, null, null, earlierSum]] : []),
      ...terms.flatMap((term) =>
        term.products.map((product, tap) => [
          term.name,
          Math.floor(tap / side),
          tap % side,
          present(term.patch[tap]).value,
          present(term.weights[tap]),
          product,
        ]),
      ),
      ...(others > 0 ? [[`${others} other channels`, null, null, null, null, othersSum]] : []),
      ['bias', null, null, null, null, bias],
      ['before the ReLU', null, null, null, null, preRelu],
      ['output', null, null, null, null, output],
    ],
  }
}
