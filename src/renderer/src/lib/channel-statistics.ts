/**
 * What is told about each channel of a layer's activation for one picture. Values are laid out
 * `[H, W, C]`, channels last, as the engine sends them.
 */

/** Numbers of each channel, `[C]` each, and of the layer as a whole. */
export interface ChannelStatistics {
  readonly channels: number
  readonly min: Float32Array
  readonly max: Float32Array
  readonly mean: Float32Array
  /** Share of units at or below zero, 0..1: what a ReLU silences. */
  readonly sparsity: Float32Array
  readonly layerMin: number
  readonly layerMax: number
  /** Channels without a unit above zero for this picture. */
  readonly dead: number
}

/** One pass over `data`, which is `[units, channels]` with `units` = H x W. */
export function measureChannels(data: Float32Array, channels: number): ChannelStatistics {
  const units = channels === 0 ? 0 : Math.floor(data.length / channels)
  const min = new Float32Array(channels).fill(Infinity)
  const max = new Float32Array(channels).fill(-Infinity)
  const sums = new Float64Array(channels)
  const silent = new Uint32Array(channels)
  for (let unit = 0, i = 0; unit < units; unit++) {
    for (let channel = 0; channel < channels; channel++, i++) {
      const value = data[i] ?? 0
      if (value < (min[channel] ?? 0)) min[channel] = value
      if (value > (max[channel] ?? 0)) max[channel] = value
      sums[channel] = (sums[channel] ?? 0) + value
      if (value <= 0) silent[channel] = (silent[channel] ?? 0) + 1
    }
  }
  const count = Math.max(1, units)
  let layerMin = Infinity
  let layerMax = -Infinity
  let dead = 0
  for (let channel = 0; channel < channels; channel++) {
    layerMin = Math.min(layerMin, min[channel] ?? 0)
    layerMax = Math.max(layerMax, max[channel] ?? 0)
    if (silent[channel] === units) dead += 1
  }
  return {
    channels,
    min,
    max,
    mean: Float32Array.from(sums, (sum) => sum / count),
    sparsity: Float32Array.from(silent, (zeros) => zeros / count),
    layerMin: channels === 0 ? 0 : layerMin,
    layerMax: channels === 0 ? 0 : layerMax,
    dead,
  }
}

/** True for a channel without a unit above zero for this picture. */
export function isDead(statistics: ChannelStatistics, channel: number): boolean {
  return (statistics.sparsity[channel] ?? 0) >= 1
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
  return indices.sort((a, b) => sign * ((keys[a] ?? 0) - (keys[b] ?? 0)) || a - b)
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
