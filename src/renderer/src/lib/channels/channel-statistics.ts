import type { ChannelStatistics } from '../../../../shared/contract'
import { present } from '../../../../shared/present'

/** True for a channel without a unit above zero for this picture. */
export function isDead(statistics: ChannelStatistics, channel: number): boolean {
  return present(statistics.sparsity[channel]) >= 1
}

/** The orders in which channels can be shown. */
export const CHANNEL_ORDERS = ['index', 'max', 'mean', 'sparsity'] as const
export type ChannelOrder = (typeof CHANNEL_ORDERS)[number]

/**
 * Channel numbers in an order: by index upwards, by max and mean largest first, by sparsity the
 * most active first (so that silent channels gather at the end). Equal channels stay by index.
 */
export function sortChannels(statistics: ChannelStatistics, order: ChannelOrder): Uint32Array {
  const indices = Uint32Array.from({ length: statistics.channels }, (_, channel) => channel)
  if (order === 'index') return indices
  const keys = statistics[order]
  const sign = order === 'sparsity' ? 1 : -1
  return indices.sort((a, b) => sign * (present(keys[a]) - present(keys[b])) || a - b)
}

/** Channel numbers by a value of each, the largest first; what is not defined (NaN) comes last. */
export function sortDescending(values: ArrayLike<number>): Uint32Array {
  const keys = Float64Array.from(values, (value) => (Number.isNaN(value) ? -Infinity : value))
  const channels = Uint32Array.from(keys, (_, channel) => channel)
  // Two that are not defined differ by NaN: they stay by their number.
  return channels.sort((a, b) => present(keys[b]) - present(keys[a]) || a - b)
}

/** Place of a value, 1 for the largest; equal values share the better place. */
export function rankOf(value: number, values: Iterable<number>): number {
  let larger = 0
  for (const other of values) if (other > value) larger += 1
  return larger + 1
}

/** The `count` largest of `values`, with their places in it, largest first. */
export function topUnits(
  values: ArrayLike<number>,
  count: number,
): { readonly index: number; readonly value: number }[] {
  return Array.from(values, (value, index) => ({ index, value }))
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .slice(0, count)
}
