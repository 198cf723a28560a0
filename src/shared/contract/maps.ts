/** What the activations of a layer for one picture are of. */
export interface MapsOrigin {
  readonly layer: string
  readonly stage: 'pre-relu' | 'output'
  /** `[H, W, C]`; a fully connected layer is `[1, 1, units]`. */
  readonly shape: readonly [height: number, width: number, channels: number]
  /** Training step of the weights, where they are in training. */
  readonly step: number | null
  readonly elapsedMs: number
}

/** The activations of a layer for one picture, raw. */
export interface RawMaps extends MapsOrigin {
  /** H x W x C floats, channels last. */
  readonly data: Float32Array
}

/** Numbers of each channel of a layer's activation, `[C]` each, and of the layer as a whole; all raw. */
export interface ChannelStatistics {
  readonly channels: number
  readonly min: Float32Array
  readonly max: Float32Array
  readonly mean: Float32Array
  /** Share of units at or below zero, 0..1: what a ReLU silences. */
  readonly sparsity: Float32Array
  /** Place of the largest value, counted row by row; the first of equals. */
  readonly peak: Uint32Array
  readonly layerMin: number
  readonly layerMax: number
  /** Channels without a unit above zero for this picture. */
  readonly dead: number
}

/**
 * The activations of a layer for one picture, a byte a unit: a quarter of the raw values, and as much
 * as a screen shows. The raw ones stay in the engine for a while, and are asked for by `id`.
 */
export interface FeatureMaps extends MapsOrigin {
  readonly id: string
  /**
   * C x H x W, channel after channel. 0 stands for the channel's smallest value, 255 for its largest,
   * and between them in even steps: no value is further off than half a step.
   */
  readonly bytes: Uint8Array
  readonly statistics: ChannelStatistics
}

/** One unit's raw value, and its place among others. */
export interface UnitReading {
  /** Of which maps it is. */
  readonly maps: string
  readonly row: number
  readonly column: number
  readonly channel: number
  readonly value: number
  /** 1 for the largest; equal values share the better place. */
  readonly rankInChannel: number
  /** Among all channels at its place. */
  readonly rankAtPlace: number
}
