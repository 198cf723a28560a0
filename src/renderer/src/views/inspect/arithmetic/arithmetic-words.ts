import type {
  InputWindow,
  UnitAddress,
  UnitArithmetic,
  WeightedSum,
} from '../../../../../shared/contract'
import { findLargest } from '../../../../../shared/unit-arithmetic'
import { rankChannels } from '../../../../../shared/convolution'
import {
  findLimit,
  type CellLimits,
  type ChannelTerm,
  type ShownSum,
} from '../../../components/sum/sum-terms'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'
import { withMinus } from '../../../lib/words/format-value'
import { present } from '../../../../../shared/present'

type Below = Pick<UnitArithmetic, 'below' | 'inputShape' | 'channelOrder'>

/** What an input channel is called: a colour of the picture, a unit, a channel. */
export function nameInput({ below, inputShape, channelOrder }: Below, channel: number): string {
  if (below === 'input') {
    const colours = channelOrder === 'RGB' ? ['Red', 'Green', 'Blue'] : ['Blue', 'Green', 'Red']
    return present(colours[channel])
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

/**
 * A page of the inputs as they are drawn, and the sums of those before and after it.
 * @param ranked - channels in the order that is shown
 */
export function gatherShown(
  unit: UnitArithmetic,
  { patch: values, kernel, sums }: WeightedSum,
  ranked: readonly number[],
  { first, count }: { readonly first: number; readonly count: number },
): ShownSum {
  const taps = Array.from({ length: unit.window.side ** 2 }, (_, tap) => tap)
  const isPadding = taps.map((tap) => placeBelow(unit, tap) === null)
  const terms = ranked.slice(first, first + count).map((channel): ChannelTerm => {
    const read = (data: Float32Array, tap: number): number =>
      present(data[tap * sums.length + channel])
    return {
      channel,
      name: nameInput(unit, channel),
      patch: taps.map((tap) => ({ value: read(values, tap), isPadding: present(isPadding[tap]) })),
      weights: taps.map((tap) => read(kernel, tap)),
      products: taps.map((tap) => read(values, tap) * read(kernel, tap)),
      sum: present(sums[channel]),
    }
  })
  const add = (channels: readonly number[]): number =>
    channels.reduce((total, channel) => total + present(sums[channel]), 0)
  const after = ranked.slice(first + count)
  return {
    terms,
    earlier: first,
    earlierSum: add(ranked.slice(0, first)),
    others: after.length,
    othersSum: add(after),
  }
}

/** What the colours span, of all inputs: pages have the same, so that they can be compared. */
export function limitCells({ patch, kernel }: WeightedSum): CellLimits {
  const products = patch.map((value, place) => value * present(kernel[place]))
  return { patch: findLimit(patch), weights: findLimit(kernel), products: findLimit(products) }
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
  let total = 0
  return {
    title: `Inputs of ${nameUnit(unit.unit)} by what they add`,
    columns: [
      numberColumn('rank'),
      { name: `input in ${unit.below}` },
      numberColumn('sum of products'),
      numberColumn('so far'),
    ],
    rows: rankChannels(sums).map((channel, rank) => [
      rank + 1,
      nameInput(unit, channel),
      present(sums[channel]),
      (total += present(sums[channel])),
    ]),
  }
}
