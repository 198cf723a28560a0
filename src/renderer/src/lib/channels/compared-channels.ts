import type { ColumnDifference, ColumnSummary } from '../../../../shared/contract'
import { present } from '../../../../shared/present'

/** Which channels stand in the rows, below the chosen one. */
export const ROW_ORDERS = ['strongest', 'differing'] as const
export type RowOrder = (typeof ROW_ORDERS)[number]

type Numbers = Pick<ColumnSummary, 'shape' | 'max' | 'mean'>

/**
 * The channels to show: the chosen one, then others by an order. `strongest` goes by the largest
 * value that a channel has in any column; `differing` by the mean absolute difference of the two
 * networks, or, of pictures, by how far a channel's means lie apart.
 * @param columns - those that were answered
 * @param count - rows, at most
 */
export function chooseChannels(
  columns: readonly Numbers[],
  order: RowOrder,
  chosen: number,
  count: number,
  difference: ColumnDifference | null = null,
): number[] {
  const channels = Math.max(0, ...columns.map(({ shape }) => shape[2]))
  const first = Math.min(chosen, channels - 1)
  const keys = Float64Array.from({ length: channels }, (_, channel) =>
    order === 'strongest' || columns.length < 2
      ? largestOf(columns, channel)
      : (difference?.meanAbsolute[channel] ?? spreadOf(columns, channel)),
  )
  const others = Array.from({ length: channels }, (_, channel) => channel)
    .filter((channel) => channel !== first)
    .sort((a, b) => present(keys[b]) - present(keys[a]) || a - b)
  return channels === 0 ? [] : [first, ...others].slice(0, count)
}

function largestOf(columns: readonly Numbers[], channel: number): number {
  return Math.max(...columns.map(({ max }) => max.at(channel) ?? -Infinity))
}

function spreadOf(columns: readonly Numbers[], channel: number): number {
  const means = columns.flatMap(({ mean }) => mean[channel] ?? [])
  return Math.max(...means) - Math.min(...means)
}
