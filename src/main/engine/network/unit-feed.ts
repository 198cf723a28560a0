import { LabError } from '../../../shared/contract/errors'
import { hasMaps, type Layer, type Network } from '../../../shared/vgg'
import type { Feed } from './saved-model'
import { findScalable } from './scaled-pass'
import type { ChannelMean, Unit } from './asked-network'

/**
 * The gradient of one unit with respect to its own layer, for each picture: 1 at the unit (at all
 * channels of its position where none is named), else 0.
 * @throws LabError `bad-input` for an unknown layer or unit, or the soft-max.
 */
export function feedUnit(network: Network, unit: Unit, count: number): Feed {
  const layer = checkUnit(network, unit)
  const [height, width, channels] = layer.output
  const { row, column, channel } = unit
  const data = new Float32Array(count * height * width * channels)
  for (let picture = 0; picture < count; picture++) {
    const first = ((picture * height + row) * width + column) * channels
    if (channel === null) data.fill(1, first, first + channels)
    else data[first + channel] = 1
  }
  return shapeFeed(layer, count, data)
}

/**
 * The gradient of a channel's mean over its map with respect to its own layer, for each picture.
 * @throws LabError `bad-input` for an unknown layer or channel, or the soft-max.
 */
export function feedChannelMean(
  network: Network,
  { layer: name, channel }: ChannelMean,
  count: number,
): Feed {
  const layer = checkUnit(network, { layer: name, row: 0, column: 0, channel })
  const [height, width, channels] = layer.output
  const data = new Float32Array(count * height * width * channels)
  for (let at = channel; at < data.length; at += channels) data[at] = 1 / (height * width)
  return shapeFeed(layer, count, data)
}

function shapeFeed(layer: Layer, count: number, data: Float32Array): Feed {
  const [height, width, channels] = layer.output
  return { shape: hasMaps(layer) ? [count, height, width, channels] : [count, channels], data }
}

/**
 * The layer of a unit whose gradient can be asked for.
 * @throws LabError `bad-input` for an unknown layer or unit, or the soft-max.
 */
export function checkUnit(network: Network, { layer: name, row, column, channel }: Unit): Layer {
  const layer = findScalable(network, name)
  const [height, width, channels] = layer.output
  const isInside =
    isIndex(row, height) &&
    isIndex(column, width) &&
    (channel === null || isIndex(channel, channels))
  if (!isInside) {
    const got = `row ${row}, column ${column}, channel ${channel ?? 'all'}`
    throw new LabError(
      'bad-input',
      `Expected a unit of ${name}, whose output is ${height} x ${width} x ${channels}; got ${got}.`,
      'Positions are counted from 0.',
    )
  }
  return layer
}

const isIndex = (value: number, size: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < size
