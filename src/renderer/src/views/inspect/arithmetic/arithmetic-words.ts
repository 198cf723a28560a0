import type {
  InputWindow,
  UnitAddress,
  UnitArithmetic,
  WeightedSum,
} from '../../../../../shared/contract'
import { findLargest } from '../../../../../shared/unit-arithmetic'
import type { ChannelTerm, ShownSum } from '../../../components/sum/sum-terms'
import { numberColumn, type ExportTable } from '../../../lib/export-table'
import { withMinus } from '../../../lib/format-value'

/** Inputs that are shown before all that were sent are asked for. */
export const FIRST_TERMS = 12

type Below = Pick<UnitArithmetic, 'below' | 'inputShape' | 'channelOrder'>

/** What an input channel is called: a colour of the picture, a unit, a channel. */
export function nameInput({ below, inputShape, channelOrder }: Below, channel: number): string {
  if (below === 'input') {
    const colours = channelOrder === 'RGB' ? ['Red', 'Green', 'Blue'] : ['Blue', 'Green', 'Red']
    return colours[channel] ?? ''
  }
  return isFlat(inputShape) ? `Unit ${channel}` : `Channel ${channel}`
}

/** One unit a channel. */
export function isFlat([height, width]: readonly [number, number, ...number[]]): boolean {
  return height === 1 && width === 1
}

/** Where a place of the window lies in the layer below; null in the padding. */
export function placeBelow(
  { window, inputShape }: Pick<UnitArithmetic, 'window' | 'inputShape'>,
  tap: number,
): { readonly row: number; readonly column: number } | null {
  const [height, width] = inputShape
  const row = window.row + Math.floor(tap / window.side)
  const column = window.column + (tap % window.side)
  return row < 0 || column < 0 || row >= height || column >= width ? null : { row, column }
}

/** The first inputs as they are drawn, and the sum of all others. */
export function gatherShown(
  unit: UnitArithmetic,
  { terms, sums }: WeightedSum,
  count: number,
): ShownSum {
  const shown = terms.slice(0, count).map((term): ChannelTerm => {
    const patch = Array.from(term.patch, (value, tap) => ({
      value,
      isPadding: placeBelow(unit, tap) === null,
    }))
    const weights = Array.from(term.weights)
    return {
      channel: term.channel,
      name: nameInput(unit, term.channel),
      patch,
      weights,
      products: patch.map(({ value }, tap) => value * (weights[tap] ?? 0)),
      sum: term.sum,
    }
  })
  const isShown = new Set(shown.map(({ channel }) => channel))
  const othersSum = sums.reduce(
    (total, own, channel) => (isShown.has(channel) ? total : total + own),
    0,
  )
  return { terms: shown, others: sums.length - shown.length, othersSum }
}

/** The unit below that adds the most to a term, or takes the most off it. */
export function strongestInput(
  unit: Pick<UnitArithmetic, 'window' | 'inputShape' | 'below'>,
  { channel, products }: Pick<ChannelTerm, 'channel' | 'products'>,
): UnitAddress {
  const tap = findLargest(products.map(Math.abs))
  const place = placeBelow(unit, tap) ?? { row: 0, column: 0 }
  return { layer: unit.below, channel, ...place }
}

/** "conv5_2 (x 3, y 4, c 12)", or "fc6 (c 12)". */
export function nameUnit({ layer, row, column, channel }: UnitAddress, isAlone = false): string {
  return isAlone ? `${layer} (c ${channel})` : `${layer} (x ${column}, y ${row}, c ${channel})`
}

/** "rows 3 to 5, columns −1 to 1" */
export function nameWindow({ row, column, side }: InputWindow): string {
  const span = (from: number): string => withMinus(`${from} to ${from + side - 1}`)
  return `rows ${span(row)}, columns ${span(column)}`
}

/** Every input with what it adds, the largest in size first. */
export function tabulateInputs(unit: UnitArithmetic, { sums }: WeightedSum): ExportTable {
  const ranked = Array.from(sums.keys()).sort(
    (a, b) => Math.abs(sums[b] ?? 0) - Math.abs(sums[a] ?? 0) || a - b,
  )
  let total = 0
  return {
    title: `Inputs of ${nameUnit(unit.unit)} by what they add`,
    columns: [
      numberColumn('rank'),
      { name: `input in ${unit.below}` },
      numberColumn('sum of products'),
      numberColumn('so far'),
    ],
    rows: ranked.map((channel, rank) => [
      rank + 1,
      nameInput(unit, channel),
      sums[channel] ?? 0,
      (total += sums[channel] ?? 0),
    ]),
  }
}
