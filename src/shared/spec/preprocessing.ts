/**
 * How a picture becomes the network's input. Every run, checkpoint and exported file carries one,
 * and nothing is ever run with another's.
 */
export interface Preprocessing {
  readonly channelOrder: 'RGB' | 'BGR'
  /** Multiplies the 0..255 values before the mean is taken off: 1 for the paper, 1/255 for many others. */
  readonly scale: number
  /** Subtracted per channel, in `channelOrder`, in the units that `scale` gives. */
  readonly mean: readonly [number, number, number]
  /** Divides per channel after the mean: 1, 1, 1 for the paper. */
  readonly deviation: readonly [number, number, number]
  /** Side of the square input, in pixels. */
  readonly inputSize: number
  /** How a picture of another size gets there at test time. */
  readonly resize: 'smallest-side-then-centre-crop'
}

/** The paper's preprocessing (section 2.1): RGB in 0..255 minus the training set's mean RGB. */
export function paperPreprocessing(
  meanRgb: readonly [number, number, number],
  inputSize: number,
): Preprocessing {
  return {
    channelOrder: 'RGB',
    scale: 1,
    mean: meanRgb,
    deviation: [1, 1, 1],
    inputSize,
    resize: 'smallest-side-then-centre-crop',
  }
}
