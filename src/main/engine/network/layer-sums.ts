/** Sums over the values of a tensor. */
export interface TensorSums {
  readonly count: number
  readonly sum: number
  readonly sumOfSquares: number
}

/** Sums over all units of a layer and all pictures of a call. */
export interface SignalSums {
  readonly layer: string
  readonly preRelu: TensorSums
  readonly output: TensorSums
  /** Of the gradient with respect to the layer's output; null below the lowest layer that learns. */
  readonly gradient: TensorSums | null
}

/** The largest activation of each channel over the pictures of a call: 0 where none was active. */
export interface ChannelPeaks {
  readonly layer: string
  readonly peaks: Float32Array
}

/** A layer's weights, or what belongs to them, in a few numbers. */
export interface TensorStatistics extends TensorSums {
  readonly layer: string
  /** A sample of the values, spread over all channels. */
  readonly sample: Float32Array
}
