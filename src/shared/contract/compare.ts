import type { MapThumbnail, ModelRef, Prediction } from './inspection'
import type { MapsOrigin } from './maps'

/** Most columns of one comparison. */
export const MAX_COMPARED = 8

/** A picture as one network sees it. An image is named by its absolute path. */
export interface ComparedColumn {
  readonly model: ModelRef
  readonly image: string
}

/** The output of a layer that is compared. */
export interface ComparedLayer {
  readonly layer: string
  readonly stage: MapsOrigin['stage']
}

/** What a column's pass gave, without its maps. */
export interface ColumnSummary extends ComparedLayer {
  readonly prediction: Prediction
  /** Of the network, in words: "run digits, epoch-0007 (best)". */
  readonly title: string
  /** Names of the units of fc8 and prob. */
  readonly classNames: readonly string[]
  /** `[H, W, C]`; a fully connected layer is `[1, 1, units]`. */
  readonly shape: readonly [number, number, number]
  /** `[C]` each: a channel's smallest, largest and mean value. */
  readonly min: Float32Array
  readonly max: Float32Array
  readonly mean: Float32Array
  /** Training step of the weights, where they are in training. */
  readonly step: number | null
}

/** Some channels of each column, not averaged down. */
export interface ComparedMaps extends ComparedLayer {
  /** One list a column, in the order asked; channels that its layer has not are left out. */
  readonly columns: readonly (readonly MapThumbnail[])[]
  /** The second column's less the first's, where it was asked for. */
  readonly difference: readonly MapThumbnail[] | null
}

/** How two columns of the same shape differ, unit by unit. */
export interface ColumnDifference {
  /** `[C]` each, over a channel's units: the mean and the largest of the absolute difference. */
  readonly meanAbsolute: Float32Array
  readonly largest: Float32Array
  /** `[C]` Pearson's correlation of a channel's units; NaN where one of the two is constant. */
  readonly correlation: Float32Array
  /** Pearson's correlation of all units of the layer; NaN where one of the two is constant. */
  readonly layerCorrelation: number
}

/** The calls about pictures, or networks, side by side. */
export interface CompareCalls {
  /**
   * One forward pass for one column. Its activations are kept, so that the questions below cost no
   * pass, until others take their room.
   */
  'compare.column': { args: ComparedColumn & ComparedLayer; result: ColumnSummary }
  /** Of the weights and the picture that `compare.column` met last; otherwise with a pass. */
  'compare.maps': {
    args: ComparedLayer & {
      columns: ComparedColumn[]
      channels: number[]
      /** Of two columns of the same shape. */
      difference: boolean
    }
    result: ComparedMaps
  }
  /** @throws LabError `bad-input` for layers of different shapes */
  'compare.difference': {
    args: ComparedLayer & { first: ComparedColumn; second: ComparedColumn }
    result: ColumnDifference
  }
  /** The raw value of the unit at a place in each column; null where there is no such channel. */
  'compare.units': {
    args: ComparedLayer & {
      columns: ComparedColumn[]
      channel: number
      /** The place as shares of the map's width and height, 0..1. */
      u: number
      v: number
    }
    result: (number | null)[]
  }
}
