import type { ChannelStatistics, MapThumbnail, RawMaps } from '../../../shared/contract'
import type { MapValues } from '../network/asked-network'
import { present } from '../../../shared/present'

/** Units that are read channel by channel at a time: so few that they stay in the processor's cache. */
const UNITS_AT_ONCE = 64
const LARGEST_BYTE = 255

type Plane = Pick<RawMaps, 'shape' | 'data'>

/**
 * Numbers of each channel; values that are no numbers count for none but the mean.
 * @param maps - `[H, W, C]`
 */
export function measureChannels({ shape, data }: Plane): ChannelStatistics {
  const [height, width, channels] = shape
  const units = height * width
  const min = new Float32Array(channels).fill(Infinity)
  const max = new Float32Array(channels).fill(-Infinity)
  const peak = new Uint32Array(channels)
  const sums = new Float64Array(channels)
  const silent = new Uint32Array(channels)
  for (let first = 0; first < units; first += UNITS_AT_ONCE) {
    const end = Math.min(units, first + UNITS_AT_ONCE)
    for (let channel = 0; channel < channels; channel++) {
      let low = present(min[channel])
      let high = present(max[channel])
      let place = present(peak[channel])
      let sum = 0
      let zeros = 0
      for (let unit = first, i = first * channels + channel; unit < end; unit++, i += channels) {
        const value = present(data[i])
        if (value < low) low = value
        if (value > high) {
          high = value
          place = unit
        }
        sum += value
        if (value <= 0) zeros++
      }
      min[channel] = low
      max[channel] = high
      peak[channel] = place
      sums[channel] = present(sums[channel]) + sum
      silent[channel] = present(silent[channel]) + zeros
    }
  }
  let layerMin = Infinity
  let layerMax = -Infinity
  let dead = 0
  for (let channel = 0; channel < channels; channel++) {
    // Not one number: a network that has diverged.
    if (present(min[channel]) > present(max[channel])) min[channel] = max[channel] = NaN
    layerMin = Math.min(layerMin, present(min[channel]))
    layerMax = Math.max(layerMax, present(max[channel]))
    if (silent[channel] === units) dead += 1
  }
  return {
    channels,
    min,
    max,
    mean: Float32Array.from(sums, (sum) => sum / units),
    sparsity: Float32Array.from(silent, (count) => count / units),
    peak,
    layerMin,
    layerMax,
    dead,
  }
}

/**
 * A byte a unit, channel after channel: 0 for the channel's smallest value, 255 for its largest.
 * @param maps - `[H, W, C]`
 * @returns `[C, H, W]`
 */
export function quantiseMaps({ shape, data }: Plane, { min, max }: ChannelStatistics): Uint8Array {
  const [height, width, channels] = shape
  const units = height * width
  const factors = Float64Array.from(min, (low, channel) => {
    const range = present(max[channel]) - low
    return range > 0 ? LARGEST_BYTE / range : 0
  })
  const bytes = new Uint8Array(units * channels)
  for (let first = 0; first < units; first += UNITS_AT_ONCE) {
    const end = Math.min(units, first + UNITS_AT_ONCE)
    for (let channel = 0; channel < channels; channel++) {
      const low = present(min[channel])
      const factor = present(factors[channel])
      const offset = channel * units
      for (let unit = first, i = first * channels + channel; unit < end; unit++, i += channels) {
        // A stored byte drops the fraction, so that a half more rounds.
        bytes[offset + unit] = (present(data[i]) - low) * factor + 0.5
      }
    }
  }
  return bytes
}

/** One map in bytes. The range holds zero, so that zero has a byte of its own. */
export function encodeMap({ channel, height, width, values }: MapValues): MapThumbnail {
  let low = 0
  let high = 0
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const factor = high > low ? LARGEST_BYTE / (high - low) : 0
  const bytes = new Uint8Array(values.length)
  for (let unit = 0; unit < bytes.length; unit++) {
    bytes[unit] = (present(values[unit]) - low) * factor + 0.5
  }
  return { channel, height, width, low, high, bytes }
}
