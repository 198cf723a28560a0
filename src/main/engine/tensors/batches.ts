/** Pictures as the graph takes them. Bytes stay bytes until they are inside the graph. */
export interface PictureBatch {
  /** Number of pictures, N. */
  readonly count: number
  /** `[N, H, W, 3]` RGB bytes, row by row; H and W are those of the network's input. */
  readonly pixels: Uint8Array
  /** `[N, 3]` added to the RGB values of each picture (section 3.1's colour shift), in 0..255 units. */
  readonly colourShift?: Float32Array
}

/** Pictures as the network's first layer takes them: what no byte can hold may be asked too. */
export interface PreparedBatch {
  /** Number of pictures, N. */
  readonly count: number
  /** `[N, H, W, 3]`, preprocessed, channels in the order that the weights expect. */
  readonly values: Float32Array
}

/** Pictures of one size, which need be neither square nor the network's (section 3.2). */
export interface PlaneBatch {
  /** Number of pictures, N. */
  readonly count: number
  readonly height: number
  readonly width: number
  /** `[N, height, width, 3]` RGB bytes, row by row. */
  readonly pixels: Uint8Array
}

/** What a network can be asked about. */
export type InputBatch = PictureBatch | PreparedBatch

/** Pictures with their classes. */
export interface LabelledBatch extends PictureBatch {
  /** `[N]` class indices. */
  readonly labels: Int32Array
  /**
   * `[N]` what multiplies the gradient of each picture's loss, 1 where left out. The score stays that of
   * the pictures as they are.
   */
  readonly lossWeights?: Float32Array
}
