import { randomUUID } from 'node:crypto'
import {
  LabError,
  type FeatureMaps,
  type RawMaps,
  type UnitReading,
} from '../../../shared/contract'
import { present } from '../../../shared/present'
import { BoundedMap } from '../work/bounded-map'
import { measureChannels, quantiseMaps } from './quantise-maps'

/** What a window may show beside each other, and more. */
const MAX_KEPT = 8
/** Limit of the raw values; the newest maps are kept even beyond it. */
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Maps that were sent as bytes, with their raw values for the questions that follow. They are kept and
 * not computed again: the weights of a network in training are others by then.
 */
export class SentMaps {
  readonly #kept: BoundedMap<string, RawMaps>

  /** @param maxBytes - of raw values */
  constructor(maxBytes = MAX_BYTES) {
    const sizeOf = ({ data }: RawMaps): number => data.byteLength
    this.#kept = new BoundedMap({ entries: MAX_KEPT, bytes: { most: maxBytes, sizeOf } })
  }

  /** Maps as they cross to a window; their raw values are kept in place of the oldest ones. */
  quantise(raw: RawMaps): FeatureMaps {
    const id = randomUUID()
    this.#kept.set(id, raw)
    const { layer, stage, shape, step, elapsedMs } = raw
    const statistics = measureChannels(raw)
    const bytes = quantiseMaps(raw, statistics)
    return { id, layer, stage, shape, bytes, statistics, step, elapsedMs }
  }

  /** @throws LabError `not-found` once others took their place */
  find(id: string): RawMaps {
    const raw = this.#kept.get(id)
    if (raw !== undefined) return raw
    throw new LabError(
      'not-found',
      'Expected maps whose values are still in memory; newer ones replaced them.',
      'Choose the layer again.',
    )
  }

  /**
   * One unit's value and its ranks.
   * @throws LabError `not-found` as {@link find}, `bad-input` for a unit outside the maps
   */
  readUnit(id: string, row: number, column: number, channel: number): UnitReading {
    const { shape, data } = this.find(id)
    const [height, width, channels] = shape
    if (row >= height || column >= width || channel >= channels) {
      throw new LabError(
        'bad-input',
        `Expected a unit of ${shape.join(' x ')}, got row ${row}, column ${column}, channel ${channel}.`,
      )
    }
    const place = (row * width + column) * channels
    const value = present(data[place + channel])
    let rankInChannel = 1
    for (let i = channel; i < data.length; i += channels)
      if (present(data[i]) > value) rankInChannel++
    let rankAtPlace = 1
    for (let i = place; i < place + channels; i++) if (present(data[i]) > value) rankAtPlace++
    return { maps: id, row, column, channel, value, rankInChannel, rankAtPlace }
  }

  /**
   * One channel's values, `[H, W, 1]`.
   * @throws LabError `not-found` as {@link find}, `bad-input` for a channel outside the maps
   */
  readChannel(id: string, channel: number): RawMaps {
    const raw = this.find(id)
    const [height, width, channels] = raw.shape
    if (channel >= channels) {
      throw new LabError(
        'bad-input',
        `Expected a channel of ${raw.shape.join(' x ')}, got channel ${channel}.`,
      )
    }
    const data = Float32Array.from({ length: height * width }, (_, unit) =>
      present(raw.data[unit * channels + channel]),
    )
    return { ...raw, shape: [height, width, 1], data }
  }
}
