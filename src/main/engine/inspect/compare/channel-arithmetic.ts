import type { ColumnDifference, MapThumbnail } from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import { encodeMap } from '../quantise-maps'

/** `[H, W, C]` activations, channels last. */
export interface LayerMaps {
  readonly shape: readonly [height: number, width: number, channels: number]
  readonly data: Float32Array
}

/** A channel's smallest, largest and mean value, `[C]` each. */
export interface ChannelRanges {
  readonly min: Float32Array
  readonly max: Float32Array
  readonly mean: Float32Array
}

/** One channel's map in bytes, at its true size. */
export function encodeChannel({ shape, data }: LayerMaps, channel: number): MapThumbnail {
  const [height, width, channels] = shape
  const values = new Float32Array(height * width)
  for (let unit = 0, at = channel; unit < values.length; unit++, at += channels) {
    values[unit] = present(data[at])
  }
  return encodeMap({ channel, height, width, values })
}

/** The second's value less the first's, unit by unit, of some channels. */
export function subtractChannels(
  first: LayerMaps,
  second: LayerMaps,
  channels: readonly number[],
): MapThumbnail[] {
  const [height, width, all] = first.shape
  return channels.map((channel) => {
    const values = new Float32Array(height * width)
    for (let unit = 0, at = channel; unit < values.length; unit++, at += all) {
      values[unit] = present(second.data[at]) - present(first.data[at])
    }
    return encodeMap({ channel, height, width, values })
  })
}

/** How two layers of the same shape differ, channel by channel. */
export function measureDifference(
  first: LayerMaps & ChannelRanges,
  second: LayerMaps & ChannelRanges,
): ColumnDifference {
  const [height, width, channels] = first.shape
  const units = height * width
  const absolute = new Float64Array(channels)
  const largest = new Float32Array(channels)
  const moments = new Moments(channels, [...first.mean], [...second.mean])
  const layer = new Moments(1, [meanOf(first.mean)], [meanOf(second.mean)])
  for (let unit = 0, at = 0; unit < units; unit++) {
    for (let channel = 0; channel < channels; channel++, at++) {
      const [a, b] = [present(first.data[at]), present(second.data[at])]
      const distance = Math.abs(b - a)
      absolute[channel] = present(absolute[channel]) + distance
      if (distance > present(largest[channel])) largest[channel] = distance
      moments.add(channel, a, b)
      layer.add(0, a, b)
    }
  }
  return {
    meanAbsolute: Float32Array.from(absolute, (sum) => sum / units),
    largest,
    correlation: Float32Array.from({ length: channels }, (_, channel) =>
      isConstant(first, channel) || isConstant(second, channel) ? NaN : moments.correlate(channel),
    ),
    layerCorrelation: layer.correlate(0),
  }
}

/** Sums of squares and products of pairs of values about their means. */
class Moments {
  readonly #aa: Float64Array
  readonly #bb: Float64Array
  readonly #ab: Float64Array

  readonly #firstMeans: readonly number[]
  readonly #secondMeans: readonly number[]

  constructor(count: number, firstMeans: readonly number[], secondMeans: readonly number[]) {
    this.#firstMeans = firstMeans
    this.#secondMeans = secondMeans
    this.#aa = new Float64Array(count)
    this.#bb = new Float64Array(count)
    this.#ab = new Float64Array(count)
  }

  add(index: number, first: number, second: number): void {
    const a = first - present(this.#firstMeans[index])
    const b = second - present(this.#secondMeans[index])
    this.#aa[index] = present(this.#aa[index]) + a * a
    this.#bb[index] = present(this.#bb[index]) + b * b
    this.#ab[index] = present(this.#ab[index]) + a * b
  }

  /** Pearson's; NaN without a spread. */
  correlate(index: number): number {
    const spread = Math.sqrt(present(this.#aa[index]) * present(this.#bb[index]))
    return spread > 0 ? Math.max(-1, Math.min(1, present(this.#ab[index]) / spread)) : NaN
  }
}

/** A mean that is rounded leaves a little spread where there is none. */
function isConstant({ min, max }: ChannelRanges, channel: number): boolean {
  return min[channel] === max[channel]
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
